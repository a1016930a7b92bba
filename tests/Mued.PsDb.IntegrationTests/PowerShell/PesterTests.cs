using System.Diagnostics;
using Xunit.Abstractions;

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
    public async Task Every_test_of_the_file_passes(string file)
    {
        var (exitCode, said) = await RunAsync(Repository.PathOf($"tests/Pester/{file}"));
        Assert.True(exitCode == 0, $"{file}: exit code {exitCode}\n{said}");
    }

    [Fact]
    public async Task What_failed_or_was_skipped_is_counted()
    {
        var folder = Directory.CreateTempSubdirectory("mued-pester-");
        try
        {
            var file = Path.Combine(folder.FullName, "Sample.Tests.ps1");
            await File.WriteAllTextAsync(
                file,
                """
                Describe 'A sample' {
                    It 'passes' { 1 | Should -Be 1 }
                    It 'fails' { 1 | Should -Be 2 }
                    It 'is skipped' -Skip { }
                    It 'skips itself' { Set-ItResult -Skipped -Because 'something is missing' }
                    It 'is left to MUED_SCRIPT_ANALYZER' -Tag ScriptAnalyzer { }
                }
                """
            );
            var (exitCode, said) = await RunAsync(file);
            Assert.True(exitCode == 3, $"exit code {exitCode}\n{said}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_program_that_MUED_PWSH_names_is_used_and_must_be_there()
    {
        Assert.Equal(Environment.ProcessPath, Pwsh.Start(Environment.ProcessPath, "-NoProfile").FileName);
        var failure = Assert.Throws<InvalidOperationException>(() => Pwsh.Start("/no/such/pwsh"));
        Assert.Equal("MUED_PWSH names /no/such/pwsh, and no such program is there.", failure.Message);
    }

    private async Task<(int ExitCode, string Said)> RunAsync(string file)
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
