using System.Security.Cryptography;
using Npgsql;

namespace Mued.PsDb.Tests;

/// <summary>A fresh database of a test's own, dropped at the end together with the connections that are left.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private TestDatabase(TestServer server, string name)
    {
        Server = server;
        Name = name;
    }

    public TestServer Server { get; }

    public string Name { get; }

    /// <summary>The URI of this database for the server's role.</summary>
    public string Url => Server.UrlOf(Name);

    /// <summary>The engine's settings for this database.</summary>
    public ConnectionSettings Settings => TestConnection.SettingsFor(Url);

    /// <summary>An empty database, on the default server or another, with other options of CREATE DATABASE if need be.</summary>
    public static async Task<TestDatabase> CreateAsync(TestServer? server = null, string options = "")
    {
        server ??= await TestServer.DefaultAsync();
        var name = "mued_test_" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        await TestConnection.ExecuteAsync(server.Url, $"CREATE DATABASE {name} {options}");
        return new(server, name);
    }

    /// <summary>A copy of a database, which nobody may be connected to.</summary>
    public static async Task<TestDatabase> CopyAsync(TestDatabase original)
    {
        var name = "mued_test_" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        await TestConnection.ExecuteAsync(original.Server.Url, $"CREATE DATABASE {name} TEMPLATE {original.Name}");
        return new(original.Server, name);
    }

    /// <summary>A database with the base tables that Phase 2 builds on (sql/sandbox/base.sql).</summary>
    public static async Task<TestDatabase> CreatePhase2BaseAsync(TestServer? server = null)
    {
        var database = await CreateAsync(server);
        await database.ExecuteAsync(await File.ReadAllTextAsync(Repository.PathOf("sql/sandbox/base.sql")));
        return database;
    }

    /// <summary>Runs SQL text, of one or more statements, on a connection of its own.</summary>
    public Task ExecuteAsync(string sql) => TestConnection.ExecuteAsync(Url, sql);

    /// <summary>Waits until a run of ours has written something that it has not committed, or the work has ended.</summary>
    public Task WrittenToAsync(Func<bool> ended) =>
        Eventually.TrueAsync(
            async () =>
                ended()
                || await ScalarAsync<bool>(
                    """
                    SELECT EXISTS (SELECT FROM pg_stat_activity
                        WHERE datname = current_database() AND application_name LIKE 'Mued.PsDb%' AND backend_xid IS NOT NULL)
                    """
                ),
            TimeSpan.FromMilliseconds(1)
        );

    /// <summary>The first column of the first row.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await OpenAsync();
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new(sql) } };
        return (T)(await batch.ExecuteScalarAsync())!;
    }

    /// <summary>Whether a session in it waits for a lock.</summary>
    public Task<bool> HasWaiterAsync() =>
        ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')");

    /// <summary>The first column of all rows.</summary>
    public async Task<IReadOnlyList<T>> ColumnAsync<T>(string sql)
    {
        await using var connection = await OpenAsync();
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new(sql) } };
        await using var reader = await batch.ExecuteReaderAsync();
        var values = new List<T>();
        while (await reader.ReadAsync())
            values.Add(await reader.GetFieldValueAsync<T>(0));
        return values;
    }

    /// <summary>What the database holds, as sorted lines for comparison with another database of the same server.</summary>
    public Task<IReadOnlyList<string>> CatalogAsync() => CatalogText.ReadAsync(this);

    /// <summary>An unpooled connection to this database; not through the engine, which is what is tested.</summary>
    public Task<NpgsqlConnection> OpenAsync() => TestConnection.OpenAsync(Url);

    public async ValueTask DisposeAsync() => await TestConnection.ExecuteAsync(Server.Url, $"DROP DATABASE IF EXISTS {Name} WITH (FORCE)");
}
