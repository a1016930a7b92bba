using Npgsql;

namespace Mued.PsDb.Tests;

/// <summary>Who holds up a run, where it is no session that anybody could ask to step aside.</summary>
public class BlockerTests
{
    [Theory, Major(14), Major(18)]
    public async Task A_prepared_transaction_is_named_with_what_ends_it(int major)
    {
        await using var sandbox = await SandboxServer.StartAsync(
            new()
            {
                Major = major,
                Settings = new Dictionary<string, string> { ["max_prepared_transactions"] = "2" },
            }
        );
        await using var database = await TestDatabase.CreateAsync(TestServer.Of(sandbox));
        await database.ExecuteAsync("CREATE TABLE busy (id int); INSERT INTO busy VALUES (1)");
        using var set = new MigrationSet(("0001_alter.sql", "ALTER TABLE busy ADD COLUMN name text;"));
        await PrepareAsync(database, "TABLE busy", "the transfer");
        var altering = await RunAsync(database, set);
        var blocker = Assert.Single(Assert.Single(Assert.Single(altering.Migrations).Attempts).Blockers);
        Assert.Equal((0, "the transfer", "public.busy"), (blocker.Pid, blocker.PreparedTransaction, blocker.Relation));
        Assert.Equal(["AccessShareLock"], blocker.LockModes);
        Assert.NotNull(blocker.TransactionAge);
        Assert.Contains("ROLLBACK PREPARED 'the transfer'", altering.Error!.Advice, StringComparison.Ordinal);
        await database.ExecuteAsync("ROLLBACK PREPARED 'the transfer'");

        // A row is waited for by the transaction that holds it, and a row that is claimed twice likewise.
        set.Write("0001_alter.sql", "UPDATE busy SET id = 2;");
        await PrepareAsync(database, "UPDATE busy SET id = 3", "the update");
        var updating = await RunAsync(database, set);
        Assert.Contains("ROLLBACK PREPARED 'the update'", updating.Error!.Advice, StringComparison.Ordinal);
        await database.ExecuteAsync("ROLLBACK PREPARED 'the update'");
        Assert.Null((await RunAsync(database, set)).Error);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task An_autovacuum_that_prevents_wraparound_is_told_from_others_and_given_time(bool superuser)
    {
        await using var sandbox = await SandboxServer.StartAsync(
            new()
            {
                Settings = new Dictionary<string, string>
                {
                    ["autovacuum_freeze_max_age"] = "100000",
                    ["autovacuum_naptime"] = "1s",
                    ["autovacuum_vacuum_cost_delay"] = "0",
                },
            }
        );
        await using var database = await TestDatabase.CreateAsync(TestServer.Of(sandbox));

        // The vacuum of 250 pages takes half a minute; 100,000 transactions make it urgent.
        await database.ExecuteAsync(
            """
            CREATE ROLE owner LOGIN PASSWORD 'owner';
            CREATE UNLOGGED TABLE burnt ();
            GRANT CREATE ON SCHEMA public TO owner;
            CREATE TABLE old (filler text) WITH (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1);
            ALTER TABLE old OWNER TO owner;
            ALTER TABLE old ALTER filler SET STORAGE PLAIN;
            INSERT INTO old SELECT repeat('x', 2000) FROM generate_series(1, 1000);
            """
        );
        await database.ExecuteAsync(
            """
            DO $$ BEGIN
                FOR i IN 1..110000 LOOP
                    BEGIN INSERT INTO burnt DEFAULT VALUES; EXCEPTION WHEN division_by_zero THEN NULL; END;
                END LOOP;
            END $$
            """
        );
        await Eventually.TrueAsync(() =>
            database.ScalarAsync<bool>(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE 'autovacuum: % public.old (to prevent wraparound)')"
            )
        );
        using var set = new MigrationSet(("0001_alter.sql", "ALTER TABLE old ADD COLUMN name text;"));
        var settings = superuser ? database.Settings : TestConnection.SettingsFor(database.Url.With(user: "owner", password: "owner"));
        var progress = new RecordedProgress();
        using var cancel = new CancellationTokenSource();
        var run = MigrationRunner.RunAsync(settings, set.Options with { LockTimeout = TimeSpan.FromSeconds(1) }, progress, cancel.Token);
        await Eventually.TrueAsync(() =>
            run.IsCompleted || progress.Messages.Any(message => message.Contains("next try", StringComparison.Ordinal))
        );
        Assert.Contains(
            progress.Messages,
            message => message.Contains("vacuums public.old to prevent wraparound", StringComparison.Ordinal)
        );
        await cancel.CancelAsync();
        var attempt = Assert.Single(Assert.Single((await run).Migrations).Attempts);
        Assert.InRange(attempt.Delay!.Value, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30));
        Assert.True(Assert.Single(attempt.Blockers).PreventsWraparound);
    }

    private static async Task PrepareAsync(TestDatabase database, string sql, string name)
    {
        await using var connection = await database.OpenAsync();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { new("BEGIN"), new(sql), new($"PREPARE TRANSACTION '{name}'") },
        };
        await batch.ExecuteNonQueryAsync();
    }

    private static Task<MigrationReport> RunAsync(TestDatabase database, MigrationSet set) =>
        MigrationRunner.RunAsync(database.Settings, set.Options with { LockTimeout = TimeSpan.FromSeconds(3), MaxAttempts = 1 });
}
