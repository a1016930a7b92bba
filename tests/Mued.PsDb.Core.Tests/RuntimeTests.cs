namespace Mued.PsDb.Tests;

/// <summary>On which runtime these tests run.</summary>
public sealed class RuntimeTests
{
    [Fact]
    public void A_self_contained_build_runs_on_the_NET_8_beside_it_and_any_other_on_the_SDKs()
    {
        var own = Path.Combine(AppContext.BaseDirectory, "System.Private.CoreLib.dll");
        var running = typeof(object).Assembly.Location;
        if (File.Exists(own))
            Assert.Equal((own, 8), (running, Environment.Version.Major));
        else
            Assert.True(Environment.Version.Major >= 8, $"This is .NET {Environment.Version}.");
    }
}
