using System.Diagnostics;

namespace Mued.PsDb.Tests;

/// <summary>What pg_dump says of a database's schema, owners and privileges included: one text an object, sorted.</summary>
internal static class SchemaDump
{
    /// <summary>Runs pg_dump of the server's own version, or the one on the path for a server that was given.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(TestDatabase database)
    {
        var folder = database.Server.Sandbox?.BinFolder;
        var program = folder is not null && File.Exists(Path.Combine(folder, "pg_dump")) ? Path.Combine(folder, "pg_dump") : "pg_dump";
        var start = new ProcessStartInfo(
            program,
            ["--schema-only", "--exclude-table=public.mued_schema_history*", "--dbname", database.Url]
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
        return
        [
            .. text.Split("\n--\n-- Name: ")
                .Skip(1)
                .Select(part =>
                    string.Join(
                        '\n',
                        part.Split('\n')
                            .Where(line => line.Length > 0 && !line.StartsWith("--", StringComparison.Ordinal) && !line.StartsWith('\\'))
                    )
                )
                .Order(StringComparer.Ordinal),
        ];
    }
}
