using Xunit.Abstractions;

namespace Mued.PsDb.Tests;

/// <summary>The first half of the Pester files, and how they are run.</summary>
public sealed class PesterTests(ITestOutputHelper output)
{
    [Theory]
    [PesterFile(0)]
    public Task Every_test_of_the_file_passes(string file) => PesterRun.PassesAsync(file, output);

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
            var (exitCode, said) = await PesterRun.OfAsync(file, output);
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
}
