using Mued.PsDb.Runs;

namespace Mued.PsDb.Tests;

/// <summary>A server shows the name of a run as it was given, so that the run is found by it, and no other run.</summary>
public class RunNameTests
{
    private static readonly Guid Id = Guid.Parse("0123abcd-0000-0000-0000-000000000000");

    [Theory]
    [InlineData("Mued.PsDb 0.1.0", "Mued.PsDb 0.1.0")]
    [InlineData("billing", "billing")]
    [InlineData("Zählung\t1", "Z?hlung?1")]
    [InlineData("$mued$ it", "?mued? it")]
    [InlineData(" ", "Mued.PsDb")]
    [InlineData(
        "a name that is so long that the server would cut it, and the id of the run with it",
        "a name that is so long that the server would cut it, a"
    )]
    public void It_is_printable_and_short_enough_for_the_id(string applicationName, string product)
    {
        var name = RunName.Of(applicationName, Id);
        Assert.Equal((product, $"{product} 0123abcd"), (name.Product, name.Run));
        Assert.InRange(name.Run.Length, 1, 63);
    }
}
