using Npgsql;
using Npgsql.Replication;

namespace Mued.PsDb.Tests.Health;

/// <summary>A database whose health one thing has happened to; at the end it is undone.</summary>
internal sealed class HealthScene(TestDatabase database) : IAsyncDisposable
{
    private readonly Stack<Func<Task>> ending = new();

    /// <summary>The statements that provoke what needs nothing but statements, by the name of the check.</summary>
    private static readonly Dictionary<string, string> Statements = new()
    {
        ["UnvalidatedConstraints"] = "ALTER TABLE t ADD CONSTRAINT later CHECK (id > 0) NOT VALID",
        ["DisabledTriggers"] = "CREATE TABLE child (id integer REFERENCES t (id)); ALTER TABLE child DISABLE TRIGGER ALL",
        ["Sequences"] = "CREATE SEQUENCE worn AS integer; SELECT setval('worn', 1900000000)",
        ["IntegerKeys"] = "ALTER SEQUENCE t_id_seq AS bigint; SELECT setval('t_id_seq', 1900000000)",
        ["TransactionIds"] = """
            DO $$ BEGIN FOR i IN 1..200 LOOP
                BEGIN INSERT INTO t (word) VALUES ('x'); EXCEPTION WHEN others THEN NULL; END;
            END LOOP; END $$
            """,
        ["DeadRows"] = "INSERT INTO t (word) SELECT 'x' FROM generate_series(1, 3000); UPDATE t SET word = 'y'",
        ["DuplicateIndexes"] =
            "CREATE INDEX a ON t (lower(word)); CREATE INDEX much_longer ON t ((lower(word))); CREATE INDEX other ON t (upper(word))",
        ["UnusedIndexes"] = "CREATE INDEX unread ON t (word)",
        ["Growth"] = "INSERT INTO t (word) SELECT repeat('x', 1000) FROM generate_series(1, 2000)",
        ["CacheHitRate"] = "DO $$ BEGIN FOR i IN 1..400 LOOP PERFORM count(*) FROM pg_attribute; END LOOP; END $$",
        ["PendingMigrations"] = "SELECT 1",
        ["Collations"] = """
            CREATE COLLATION made_long_ago (provider = icu, locale = 'de'); ALTER TABLE t ADD COLUMN sorted text COLLATE made_long_ago;
            UPDATE pg_collation SET collversion = '0.1' WHERE collname = 'made_long_ago'
            """,
    };

    /// <summary>Makes it happen, and waits until it has.</summary>
    public Task ProvokeAsync(string check) =>
        check switch
        {
            "Connections" or "TransactionAge" or "IdleInTransaction" => OpenAsync("BEGIN; SELECT 1"),
            "QueryAge" => BusyAsync(check, "SELECT pg_sleep(600)"),
            "LockWait" => LockWaitAsync(),
            "PreparedTransactions" => PrepareAsync(),
            "InvalidIndexes" => InvalidIndexAsync(),
            "MultixactIds" => MultixactAsync(),
            "ReplicationLag" => ReplicationAsync(),
            "ReplicationSlots" => SlotAsync(),
            _ => database.ExecuteAsync(Statements[check]),
        };

    public async ValueTask DisposeAsync()
    {
        while (ending.TryPop(out var end))
            await end();
    }

    private async Task<NpgsqlConnection> OpenAsync(string sql)
    {
        var connection = await database.OpenAsync();
        ending.Push(() => connection.DisposeAsync().AsTask());
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private async Task BusyAsync(string name, string sql)
    {
        var connection = await OpenAsync($"SET application_name = '{name}'");
        using var command = new NpgsqlCommand(sql, connection);
        var working = command.ExecuteNonQueryAsync();
        ending.Push(async () =>
        {
            await database.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{name}'");
            await working.ContinueWith(_ => { }, TaskScheduler.Default);
        });
        await Eventually.TrueAsync(() =>
            database.ScalarAsync<bool>(
                $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = '{name}' AND state = 'active' AND wait_event IS NOT NULL)"
            )
        );
    }

    private async Task LockWaitAsync()
    {
        await OpenAsync("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
        await BusyAsync("LockWait", "SELECT count(*) FROM t");
    }

    private async Task PrepareAsync()
    {
        await OpenAsync("BEGIN; INSERT INTO t (word) VALUES ('x'); PREPARE TRANSACTION 'forgotten'");
        ending.Push(() => database.ExecuteAsync("ROLLBACK PREPARED 'forgotten'"));
    }

    private async Task InvalidIndexAsync()
    {
        await database.ExecuteAsync("INSERT INTO t (word) VALUES ('x'), ('x')");
        await Assert.ThrowsAsync<PostgresException>(() => database.ExecuteAsync("CREATE UNIQUE INDEX CONCURRENTLY half_built ON t (word)"));
    }

    private async Task MultixactAsync()
    {
        await database.ExecuteAsync("INSERT INTO t (word) VALUES ('x')");
        for (var holder = 0; holder < 2; holder++)
            await OpenAsync("BEGIN; SELECT FROM t FOR SHARE");
    }

    private async Task SlotAsync()
    {
        await database.ExecuteAsync("SELECT pg_create_physical_replication_slot('left_behind', true)");
        ending.Push(() => database.ExecuteAsync("SELECT pg_drop_replication_slot('left_behind')"));
        await database.ExecuteAsync("INSERT INTO t (word) VALUES ('x')");
    }

    // A standby that says what it had at its start, and nothing after that.
    private async Task ReplicationAsync()
    {
        var standby = new PhysicalReplicationConnection(TestConnection.StringFor(database.Url))
        {
            WalReceiverStatusInterval = Timeout.InfiniteTimeSpan,
        };
        ending.Push(() => standby.DisposeAsync().AsTask());
        await standby.Open();
        var start = (await standby.IdentifySystem()).XLogPos;
        var stop = new CancellationTokenSource();
        var received = Task.Run(async () =>
        {
            await foreach (var part in standby.StartReplication(start, stop.Token))
            {
                standby.SetReplicationStatus(start);
                await standby.SendStatusUpdate(stop.Token);
            }
        });
        ending.Push(async () =>
        {
            await stop.CancelAsync();
            await received.ContinueWith(_ => { }, TaskScheduler.Default);
            stop.Dispose();
        });
        await database.ExecuteAsync("INSERT INTO t (word) VALUES ('x')");
        await Eventually.TrueAsync(async () =>
        {
            await database.ExecuteAsync("INSERT INTO t (word) VALUES ('x')");
            return await database.ScalarAsync<bool>(
                "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE pg_current_wal_lsn() > coalesce(replay_lsn, flush_lsn, write_lsn))"
            );
        });
    }
}
