using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Mued.PsDb.Tests;

/// <summary>What pg_dump says of a database's schema, owners and privileges included: one text an object, sorted.</summary>
internal static partial class SchemaDump
{
    /// <summary>Runs pg_dump of the server's own version, or the one on the path for a server that was given.</summary>
    /// <param name="database">The database.</param>
    /// <param name="data">Whether the rows of the tables, in an order of their own, and where sequences stand are told as well.</param>
    public static async Task<IReadOnlyList<string>> ReadAsync(TestDatabase database, bool data = false)
    {
        var folder = database.Server.Sandbox?.BinFolder;
        var program = folder is not null && File.Exists(Path.Combine(folder, "pg_dump")) ? Path.Combine(folder, "pg_dump") : "pg_dump";
        var start = new ProcessStartInfo(
            program,
            [.. data ? Array.Empty<string>() : ["--schema-only"], "--exclude-table=public.mued_schema_history*", "--dbname", database.Url]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);

        // What stands before an object and of no object, such as a random key against injection, is no part of the schema.
        return [.. Heads().Split(text).Skip(1).Select(Lines).Order(StringComparer.Ordinal)];
    }

    private static string Lines(string part)
    {
        var lines = part.Split('\n')
            .Where(line => line.Length > 0 && !line.StartsWith("--", StringComparison.Ordinal) && !Commands().IsMatch(line))
            .ToList();
        var rows = lines.FindIndex(line => line.StartsWith("COPY ", StringComparison.Ordinal)) + 1;
        return string.Join('\n', rows == 0 ? lines : [.. lines.Take(rows), .. lines.Skip(rows).Order(StringComparer.Ordinal)]);
    }

    [GeneratedRegex(@"\n--\n-- (?:Data for )?Name: ")]
    private static partial Regex Heads();

    // Of psql's, beside rows that begin with \N.
    [GeneratedRegex(@"^\\(\.|[a-z]+ .*)$")]
    private static partial Regex Commands();
}
