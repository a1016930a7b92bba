using System.Diagnostics;
using Npgsql;

namespace Mued.PsDb.Tests;

public class FaultProxyTests
{
    [Fact]
    public async Task Counts_one_round_trip_for_a_batch_of_many_statements()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var proxy = FaultProxy.Start(database.Url);
        await using (var connection = await TestConnection.OpenAsync(proxy.Url))
        {
            var opening = proxy.RoundTrips;
            await RunAsync(connection, [.. Enumerable.Repeat("SELECT 1", 500)]);
            Assert.Equal(opening + 1, proxy.RoundTrips);
            await RunAsync(connection, "SELECT 1");
            Assert.Equal(opening + 2, proxy.RoundTrips);
            // 501 x Parse, Bind, Describe, Execute, and 2 x Sync.
            Assert.InRange(proxy.ToServer, 501 * 4 + 2, 501 * 4 + 2 + 20);
        }

        Assert.Equal(1, proxy.Connections);
        Assert.False(proxy.WasCut);
    }

    [Fact]
    public async Task Counts_two_round_trips_for_a_copy()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE t (id int)");
        await using var proxy = FaultProxy.Start(database.Url);
        await using var connection = await TestConnection.OpenAsync(proxy.Url);
        var opening = proxy.RoundTrips;
        await using (var writer = await connection.BeginTextImportAsync("COPY t FROM STDIN"))
            await writer.WriteAsync("1\n2\n");
        Assert.Equal(opening + 2, proxy.RoundTrips);
        Assert.Equal(2L, await database.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Passes_large_messages_unchanged()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var proxy = FaultProxy.Start(database.Url);
        await using var connection = await TestConnection.OpenAsync(proxy.Url);
        var text = string.Concat(Enumerable.Range(0, 400_000).Select(i => (char)('a' + i * 7 % 26)));
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { new("SELECT $1 || $1") { Parameters = { new() { Value = text } } } },
        };
        Assert.Equal(text + text, await batch.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Delays_each_round_trip_but_not_each_message()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var proxy = FaultProxy.Start(database.Url, new() { Delay = TimeSpan.FromMilliseconds(50) });
        await using var connection = await TestConnection.OpenAsync(proxy.Url);
        var clock = Stopwatch.StartNew();
        await RunAsync(connection, [.. Enumerable.Repeat("SELECT 1", 200)]);

        // Both ways once; a delay of each of the messages alone would be ten seconds.
        Assert.InRange(clock.ElapsedMilliseconds, 95, 10_000);
    }

    [Theory]
    [InlineData(CutKind.Reset, false)]
    [InlineData(CutKind.Reset, true)]
    [InlineData(CutKind.Close, false)]
    [InlineData(CutKind.Close, true)]
    public async Task Cuts_before_or_behind_the_chosen_message_to_the_server(CutKind kind, bool forward)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE t (id int)");
        var opening = await CountOpeningAsync(database.Url);

        // A batch of one is Parse, Bind, Describe, Execute, Sync: only with the Sync does the server commit.
        await using var proxy = FaultProxy.Start(
            database.Url,
            new() { Cut = new(ProxyDirection.ToServer, opening.ToServer + 5, kind, forward) }
        );
        await using (var connection = await TestConnection.OpenAsync(proxy.Url))
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => RunAsync(connection, "INSERT INTO t VALUES (1)"));

        Assert.True(proxy.WasCut);
        await NoSessionIsLeftAsync(database);
        Assert.Equal(forward ? 1L : 0L, await database.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    [Theory]
    [InlineData(CutKind.Reset, false)]
    [InlineData(CutKind.Close, true)]
    public async Task Cuts_at_the_chosen_message_to_the_client_and_lets_later_connections_pass(CutKind kind, bool forward)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE t (id int)");
        var opening = await CountOpeningAsync(database.Url);
        await using var proxy = FaultProxy.Start(
            database.Url,
            new() { Cut = new(ProxyDirection.ToClient, opening.ToClient + 1, kind, forward) }
        );
        await using (var connection = await TestConnection.OpenAsync(proxy.Url))
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => RunAsync(connection, "INSERT INTO t VALUES (1)"));

        await using var again = await TestConnection.OpenAsync(proxy.Url);
        await RunAsync(again, "SELECT 1");
        await Eventually.TrueAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM t") == 1);
    }

    [Fact]
    public async Task Silence_keeps_the_session_until_the_proxy_gives_it_up()
    {
        await using var database = await TestDatabase.CreateAsync();
        var opening = await CountOpeningAsync(database.Url);
        var proxy = FaultProxy.Start(
            database.Url,
            new() { Cut = new(ProxyDirection.ToClient, opening.ToClient + 1, CutKind.Silence, false) }
        );
        await using var connection = await TestConnection.OpenAsync(proxy.Url);
        var query = RunAsync(connection, "SELECT 1");
        await Eventually.TrueAsync(() => proxy.WasCut);
        await Task.Delay(200);
        Assert.False(query.IsCompleted);
        Assert.Equal(1L, await SessionsAsync(database));

        await proxy.DisposeAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => query);
        await NoSessionIsLeftAsync(database);
    }

    [Fact]
    public async Task Cancel_requests_pass_and_are_counted_apart()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var proxy = FaultProxy.Start(database.Url);
        await using var connection = await TestConnection.OpenAsync(proxy.Url);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new("SELECT pg_sleep(30)") } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => batch.ExecuteNonQueryAsync(cancel.Token));
        Assert.Equal(1, proxy.CancelRequests);
        Assert.Equal(2, proxy.Connections);
    }

    [Fact]
    public async Task A_request_for_encryption_passes_and_the_server_declines()
    {
        await using var server = await SandboxServer.StartAsync(new());
        await using var proxy = FaultProxy.Start(server.Url);
        var preferring = new NpgsqlConnectionStringBuilder(TestConnection.StringFor(proxy.Url)) { SslMode = SslMode.Prefer };
        await using var connection = new NpgsqlConnection(preferring.ConnectionString);
        await connection.OpenAsync();
        await RunAsync(connection, "SELECT 1");
    }

    private static async Task RunAsync(NpgsqlConnection connection, params string[] statements)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var statement in statements)
            batch.BatchCommands.Add(new(statement));
        await batch.ExecuteNonQueryAsync();
    }

    /// <summary>How many messages opening a connection takes in each direction.</summary>
    private static async Task<(int ToServer, int ToClient)> CountOpeningAsync(string url)
    {
        await using var proxy = FaultProxy.Start(url);
        await using var connection = await TestConnection.OpenAsync(proxy.Url);
        return (proxy.ToServer, proxy.ToClient);
    }

    private static Task<long> SessionsAsync(TestDatabase database) =>
        database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

    private static Task NoSessionIsLeftAsync(TestDatabase database) => Eventually.TrueAsync(async () => await SessionsAsync(database) == 0);
}
