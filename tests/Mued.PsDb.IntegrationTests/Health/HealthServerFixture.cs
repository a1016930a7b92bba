namespace Mued.PsDb.Tests.Health;

/// <summary>A server of these tests' own: what concerns a whole server is provoked on it, and absent before.</summary>
public sealed class HealthServerFixture : IAsyncLifetime
{
    public TestServer Server { get; private set; } = null!;

    public async Task InitializeAsync() =>
        Server = TestServer.Of(
            await SandboxServer.StartAsync(
                new SandboxOptions
                {
                    Settings = new Dictionary<string, string>
                    {
                        ["max_prepared_transactions"] = "2",
                        ["autovacuum"] = "off",
                        // The smallest there are, so that a few ids are a share of them.
                        ["autovacuum_freeze_max_age"] = "100000",
                        ["autovacuum_multixact_freeze_max_age"] = "10000",
                    },
                }
            )
        );

    public async Task DisposeAsync() => await Server.Sandbox!.DisposeAsync();
}
