using System.Globalization;

namespace Mued.PsDb.Tests.Fleet;

/// <summary>Databases of one server whose names begin alike, dropped at the end.</summary>
internal sealed class TestFleet : IAsyncDisposable
{
    private readonly string prefix = "fleet_" + Guid.NewGuid().ToString("N")[..8];

    private TestFleet(TestServer server) => Server = server;

    public TestServer Server { get; }

    /// <summary>A pattern that fits these databases and no other.</summary>
    public string Pattern => prefix + "_*";

    /// <summary>The URLs of the databases.</summary>
    public IReadOnlyList<string> Urls { get; private set; } = [];

    /// <summary>Makes empty databases.</summary>
    public static async Task<TestFleet> CreateAsync(int count)
    {
        var fleet = new TestFleet(await TestServer.DefaultAsync());
        var urls = new List<string>();
        for (var i = 1; i <= count; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{fleet.prefix}_{i:00}");
            await TestConnection.ExecuteAsync(fleet.Server.Url, $"CREATE DATABASE {name}");
            urls.Add(fleet.Server.UrlOf(name));
        }

        fleet.Urls = urls;
        return fleet;
    }

    /// <summary>The name of a database.</summary>
    public static string NameOf(string url) => new Uri(url).AbsolutePath.TrimStart('/');

    /// <summary>The values of a query on every database.</summary>
    public async Task<IReadOnlyList<long>> EachAsync(string sql)
    {
        var values = new List<long>();
        foreach (var url in Urls)
        {
            await using var connection = await TestConnection.OpenAsync(url);
            await using var command = new Npgsql.NpgsqlCommand(sql, connection);
            values.Add(Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture));
        }

        return values;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var url in Urls)
            await TestConnection.ExecuteAsync(Server.Url, $"DROP DATABASE IF EXISTS {NameOf(url)} WITH (FORCE)");
    }
}
