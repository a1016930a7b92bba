using System.Diagnostics;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mued.PsDb.Tests;

/// <summary>
/// Runs the Pester files in a real <c>pwsh</c>, on the staged module and a real server. The server's URL is handed over in
/// MUED_PESTER_URL; what fails there fails here with Pester's own words.
/// </summary>
public sealed class PesterTests(ITestOutputHelper output)
{
    // Against a hang alone: a crowded machine takes minutes for a file that takes seconds elsewhere.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(20);

    [Theory]
    [PesterFile]
    public Task Every_test_of_the_file_passes(string file) => RunAsync(file, Pwsh.Missing);

    [Fact]
    public void Without_pwsh_the_files_are_skipped_and_one_plain_line_says_so() =>
        Assert.Equal(
            "SKIPPED: pwsh is not on PATH, so nothing of PowerShell is tested (set MUED_REQUIRE_PWSH=1 to make this a failure)",
            Pwsh.Skip(Pwsh.WhyMissing(Repository.Root), _ => null)
        );

    [Fact]
    public async Task Where_pwsh_is_required_and_missing_each_file_fails_with_the_same_words()
    {
        var missing = Pwsh.WhyMissing(Repository.Root);
        Assert.Null(Pwsh.Skip(missing, variable => variable == "MUED_REQUIRE_PWSH" ? "1" : null));
        var failure = await Assert.ThrowsAnyAsync<XunitException>(() => RunAsync("Module.Tests.ps1", missing));
        Assert.Equal("pwsh is not on PATH, so nothing of PowerShell is tested", failure.Message);
    }

    private async Task RunAsync(string file, string? missing)
    {
        Assert.True(missing is null, missing);
        var server = await TestServer.DefaultAsync();
        var start = new ProcessStartInfo("pwsh")
        {
            ArgumentList =
            {
                "-NoProfile",
                "-NonInteractive",
                "-File",
                Repository.PathOf("tests/Pester/Invoke-PesterFile.ps1"),
                "-Name",
                file,
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Repository.Root,
        };
        start.Environment["MUED_PESTER_URL"] = server.Url;
        start.Environment["NO_COLOR"] = "1";
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
        Assert.True(process.ExitCode == 0, $"{file}: exit code {process.ExitCode}\n{said}");
    }
}
