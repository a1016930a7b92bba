using System.Diagnostics;
using Xunit.Abstractions;

namespace Mued.PsDb.Tests;

/// <summary>
/// Runs a Pester file in a real <c>pwsh</c>, on the staged module and a real server. The server's URL is handed over in
/// MUED_PESTER_URL; what fails there fails here with Pester's own words.
/// </summary>
internal static class PesterRun
{
    // Against a hang alone: a crowded machine takes minutes for a file that takes seconds elsewhere.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(20);

    /// <summary>Asserts that every test of a file of tests/Pester passes.</summary>
    public static async Task PassesAsync(string file, ITestOutputHelper output)
    {
        var (exitCode, said) = await OfAsync(Repository.PathOf($"tests/Pester/{file}"), output);
        Assert.True(exitCode == 0, $"{file}: exit code {exitCode}\n{said}");
    }

    /// <summary>Runs a file; the exit code is the number of tests that failed or were skipped.</summary>
    public static async Task<(int ExitCode, string Said)> OfAsync(string file, ITestOutputHelper output)
    {
        var server = await TestServer.DefaultAsync();
        var start = Pwsh.Start(
            Environment.GetEnvironmentVariable("MUED_PWSH"),
            "-NoProfile",
            "-NonInteractive",
            "-File",
            Repository.PathOf("tests/Pester/Invoke-PesterFile.ps1"),
            "-Path",
            file,
            "-Pester",
            Pwsh.Pester
        );
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        start.WorkingDirectory = Repository.Root;
        start.Environment["MUED_PESTER_URL"] = server.Url;
        start.Environment["NO_COLOR"] = "1";

        // The file's own processes live for a second or two, too short for the runtime to gain by counting what runs how often.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (
            var name in start
                .Environment.Keys.Where(key => key.StartsWith("PG", StringComparison.Ordinal) || key is "DATABASE_URL" or "TF_BUILD")
                .ToList()
        )
            start.Environment.Remove(name);

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var text = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(Longest);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        var said = string.Join('\n', await text);
        output.WriteLine(said);
        return (process.ExitCode, said);
    }
}
