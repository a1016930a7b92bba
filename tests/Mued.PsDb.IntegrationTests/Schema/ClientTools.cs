using System.Diagnostics;

namespace Mued.PsDb.Tests;

/// <summary>pg_dump and psql, where a server's package has them.</summary>
internal static class ClientTools
{
    private const string Folder = "/usr/lib/postgresql";

    /// <summary>Copies a database into an empty one; false where no pg_dump reads servers of that version.</summary>
    public static async Task<bool> RestoreAsync(TestDatabase from, TestDatabase to)
    {
        var version = await from.ScalarAsync<int>("SELECT current_setting('server_version_num')::integer / 10000");
        // pg_dump refuses servers that are newer than itself.
        var bin = Directory.Exists(Folder)
            ? Directory
                .GetDirectories(Folder)
                .Where(folder => int.TryParse(Path.GetFileName(folder), out var major) && major >= version)
                .Select(folder => Path.Combine(folder, "bin"))
                .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "pg_dump")))
            : null;
        if (bin is null)
            return false;
        var dump = await RunAsync(Path.Combine(bin, "pg_dump"), null, "-d", from.Url);
        await RunAsync(Path.Combine(bin, "psql"), dump, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", to.Url);
        return true;
    }

    private static async Task<string> RunAsync(string program, string? input, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {await error}");
        return await output;
    }
}
