using Npgsql;

namespace Mued.PsDb.Tests;

public class PgBouncerServerTests
{
    [PgBouncerFact]
    public async Task Shares_one_server_connection_between_transactions_of_two_clients()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var bouncer = await PgBouncerServer.StartAsync(poolSize: 1);
        await using var first = await TestConnection.OpenAsync(bouncer.UrlOf(database.Name));
        await using var second = await TestConnection.OpenAsync(bouncer.UrlOf(database.Name));
        Assert.Equal(await BackendAsync(first), await BackendAsync(second));
    }

    private static async Task<int> BackendAsync(NpgsqlConnection connection)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new("SELECT pg_backend_pid()") } };
        return (int)(await batch.ExecuteScalarAsync())!;
    }
}
