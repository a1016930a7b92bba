using System.Diagnostics;
using Xunit.Abstractions;

namespace Mued.PsDb.Tests;

/// <summary>
/// Runs the Pester files in a real <c>pwsh</c>, on the staged module and a real server. The server's URL is handed over in
/// MUED_PESTER_URL; what fails there fails here with Pester's own words.
/// </summary>
public sealed class PesterTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    [Theory]
    [PesterFile]
    public async Task Every_test_of_the_file_passes(string file)
    {
        var server = await TestServer.DefaultAsync();
        var start = new ProcessStartInfo("pwsh")
        {
            ArgumentList = { "-NoProfile", "-NonInteractive", "-File", Repository.PathOf("tests/Pester/Invoke-PesterFile.ps1"), "-Name", file },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Repository.Root,
        };
        start.Environment["MUED_PESTER_URL"] = server.Url;
        start.Environment["NO_COLOR"] = "1";
        foreach (var name in start.Environment.Keys.Where(key => key.StartsWith("PG", StringComparison.Ordinal) || key is "DATABASE_URL" or "TF_BUILD").ToList())
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
        Assert.True(process.ExitCode == 0, $"{file}: exit code {process.ExitCode}\n{said}");
    }
}
