using Xunit.Abstractions;

namespace Mued.PsDb.Tests;

/// <summary>The second half of the Pester files, beside <see cref="PesterTests"/>.</summary>
public sealed class OtherPesterTests(ITestOutputHelper output)
{
    [Theory]
    [PesterFile(1)]
    public Task Every_test_of_the_file_passes(string file) => PesterRun.PassesAsync(file, output);
}
