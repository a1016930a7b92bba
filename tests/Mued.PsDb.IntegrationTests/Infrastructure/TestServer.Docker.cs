using System.Globalization;
using Testcontainers.PostgreSql;

namespace Mued.PsDb.Tests;

/// <summary>The Docker provider: the last resort where neither MUED_TEST_URL nor a local server is at hand.</summary>
public sealed partial class TestServer
{
    static partial void StartContainer(ref Task<TestServer>? server) => server = StartContainerAsync();

    private static async Task<TestServer> StartContainerAsync()
    {
        // Testcontainers' own reaper removes the container when this process is gone.
        var container = new PostgreSqlBuilder("postgres:17-alpine").Build();
        await container.StartAsync();
        var port = container.GetMappedPublicPort(PostgreSqlBuilder.PostgreSqlPort);
        return new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"postgresql://{PostgreSqlBuilder.DefaultUsername}:{PostgreSqlBuilder.DefaultPassword}@{container.Hostname}:{port}/{PostgreSqlBuilder.DefaultDatabase}"
            )
        );
    }
}
