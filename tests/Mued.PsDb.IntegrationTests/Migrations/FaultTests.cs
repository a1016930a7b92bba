using System.Diagnostics;
using Mued.PsDb.Sandbox;
using Npgsql;
using Xunit.Abstractions;

namespace Mued.PsDb.Tests;

/// <summary>What happens to the runner, the network and the server must not matter to the outcome.</summary>
public class FaultTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(ProxyDirection.ToServer)]
    [InlineData(ProxyDirection.ToClient)]
    public async Task A_connection_cut_at_any_message_leaves_what_an_undisturbed_run_leaves(ProxyDirection direction)
    {
        var last = await CountMessagesAsync(direction);
        var stride = Soak.Count(Math.Max(1, last / 12), 1);
        var (cuts, healed) = (0, 0);
        foreach (var kind in Soak.Enabled ? new[] { CutKind.Reset, CutKind.Silence } : [CutKind.Reset])
        {
            // A slow run is watched, and so has some messages more: the end is where one had fewer.
            var within = true;
            for (var message = 1; within; message += stride)
            {
                await using var database = await TestDatabase.CreatePhase2BaseAsync();
                var circumstances = $"{kind} at message {message} {direction}";
                var cut = new ProxyCut(direction, message, kind, Forward: message % 2 == 0);
                await using (var proxy = FaultProxy.Start(database.Url, new() { Cut = cut }))
                {
                    var run = AttemptAsync(TestConnection.SettingsFor(proxy.Url));
                    if (kind == CutKind.Silence)
                    {
                        await Eventually.TrueAsync(() => proxy.WasCut || run.IsCompleted);
                        proxy.AbortConnections();
                    }

                    healed += await run ? 1 : 0;
                    within = proxy.WasCut;
                }

                cuts += within ? 1 : 0;
                var report = await MigrationRunner.RunAsync(database.Settings, MigrationSet.Phase2);
                Assert.True(report.Error is null, $"{circumstances}: {report.Error}");
                await CleanRun.AssertSameAsync(database, circumstances);
            }
        }

        output.WriteLine($"{cuts} cuts made {direction} among some {last} messages; {healed} runs went on to the end by themselves.");
        Assert.True(cuts > 10, $"Only {cuts} cuts were made.");
    }

    [Fact]
    public async Task A_server_that_crashes_during_a_run_does_no_harm()
    {
        await using var sandbox = await SandboxServer.StartAsync(new());
        var server = TestServer.Of(sandbox);
        var rounds = Soak.Count(4, 10);
        var inside = 0;
        for (var round = 0; round < rounds; round++)
        {
            await using var database = await TestDatabase.CreatePhase2BaseAsync(server);
            var run = MigrationRunner.RunAsync(database.Settings, MigrationSet.Phase2);
            if (round % 2 == 0)
                await database.WrittenToAsync(() => run.IsCompleted);
            else
                await Task.Delay(round * 25);
            inside += run.IsCompleted ? 0 : 1;
            await sandbox.KillAsync();
            await sandbox.RestartAsync();
            try
            {
                await run;
            }
            catch (MuedException e) when (e.ExitCode == ExitCode.NoConnection)
            {
                // The first connection was refused; the next run does the work.
            }

            var report = await MigrationRunner.RunAsync(database.Settings, MigrationSet.Phase2);
            Assert.True(report.Error is null, $"{report.Error}");
            Assert.Equal(3, await database.ScalarAsync<long>("SELECT count(*) FROM mued_schema_history WHERE finished_at IS NOT NULL"));
        }

        output.WriteLine($"{rounds} crashes, {inside} during a run.");
        Assert.True(inside > 0);
    }

    [PgBouncerFact]
    public async Task Sixteen_runners_behind_a_pooler_apply_each_migration_once()
    {
        await using var pooler = await PgBouncerServer.StartAsync(poolSize: 8);
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet([
            .. Enumerable.Range(1, 40).Select(i => ($"{i:0000}_t.sql", $"CREATE TABLE t{i} (id int); INSERT INTO t{i} VALUES (1);")),
        ]);
        var settings = TestConnection.SettingsFor(pooler.UrlOf(database.Name));
        var reports = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => MigrationRunner.RunAsync(settings, set.Options)));
        Assert.All(reports, report => Assert.Null(report.Error));
        Assert.Equal(40, reports.Sum(report => report.Migrations.Count(migration => migration.Status == MigrationStatus.Applied)));
        Assert.Equal(40, await database.ScalarAsync<long>("SELECT count(*) FROM mued_schema_history WHERE finished_at IS NOT NULL"));
    }

    [PgBouncerFact]
    public async Task What_a_migration_sets_reaches_no_other_client_of_a_pooler()
    {
        await using var pooler = await PgBouncerServer.StartAsync(poolSize: 1);
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync($"CREATE ROLE {database.Name}_low");
        const string Session =
            "SELECT concat_ws(' ', current_user, current_setting('search_path'), current_setting('TimeZone'), current_setting('application_name'))";
        await using var other = new NpgsqlConnection(
            TestConnection.StringFor(pooler.UrlOf(database.Name)) + ";Application Name=other;Timezone=Asia/Tokyo"
        );
        await other.OpenAsync();
        var before = await AskAsync();
        using var set = new MigrationSet(
            (
                "0001_sets.sql",
                $"SET search_path = pg_catalog; SET TimeZone = 'America/Lima'; SET application_name = 'mine'; SET ROLE {database.Name}_low;"
            ),
            (
                "0002_sees.sql",
                "CREATE TABLE seen AS SELECT current_setting('application_name') AS name, current_setting('TimeZone') AS zone; SET search_path = '';"
            )
        );

        var report = await MigrationRunner.RunAsync(
            TestConnection.SettingsFor(pooler.UrlOf(database.Name) + "?application_name=migrator"),
            set.Options
        );

        Assert.True(report.Error is null, $"{report.Error}");
        Assert.Equal(before, await AskAsync());

        // The observer finds the run by this name.
        Assert.StartsWith("migrator ", await database.ScalarAsync<string>("SELECT name FROM seen"), StringComparison.Ordinal);
        Assert.NotEqual("America/Lima", await database.ScalarAsync<string>("SELECT zone FROM seen"));
        await database.ExecuteAsync($"DROP ROLE {database.Name}_low");

        async Task<string> AskAsync()
        {
            await using var command = new NpgsqlCommand(Session, other);
            return (string)(await command.ExecuteScalarAsync())!;
        }
    }

    [Fact]
    public async Task Writers_of_users_never_wait_longer_than_the_lock_timeout_while_an_idle_transaction_blocks_the_foreign_keys()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        await database.ExecuteAsync("INSERT INTO users (clerk_id, email) SELECT 'c' || i, 'e' FROM generate_series(1, 10) i");
        var worst = await RunBesideAsync(
            database,
            "UPDATE users SET name = 'idle' WHERE clerk_id = 'c1'",
            "UPDATE users SET name = 'busy' WHERE clerk_id = 'c2'",
            MigrationSet.Phase2,
            "public.users"
        );
        output.WriteLine($"The longest wait of a writer was {worst.TotalMilliseconds:0} ms.");
    }

    [Fact]
    public async Task Readers_of_users_never_wait_longer_than_the_lock_timeout_while_a_long_reader_blocks_an_ALTER()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        using var set = new MigrationSet(("0001_alter.sql", "ALTER TABLE users ADD COLUMN nickname text;"));
        var worst = await RunBesideAsync(database, "SELECT count(*) FROM users", "SELECT count(*) FROM users", set.Options, "public.users");
        output.WriteLine($"The longest wait of a reader was {worst.TotalMilliseconds:0} ms.");
    }

    [Fact]
    public async Task Two_runners_build_one_index_concurrently()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE big AS SELECT i AS id, md5(i::text) AS t FROM generate_series(1, 200000) i");
        using var set = new MigrationSet(
            ("0001_index.sql", "CREATE INDEX CONCURRENTLY big_t ON big (t);\nCREATE INDEX CONCURRENTLY big_id ON big (id);")
        );
        var reports = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => MigrationRunner.RunAsync(database.Settings, set.Options)));
        Assert.All(reports, report => Assert.True(report.Error is null, $"{report.Error}"));
        Assert.Equal([MigrationStatus.Applied, MigrationStatus.Skipped], reports.Select(report => report.Migrations[0].Status).Order());
        Assert.Equal(2, await database.ScalarAsync<long>("SELECT count(*) FROM pg_index WHERE indrelid = 'big'::regclass AND indisvalid"));
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM mued_schema_history"));
    }

    [Fact]
    public async Task An_index_build_that_was_killed_is_dropped_and_built_again()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE big AS SELECT i AS id, md5(i::text) AS t FROM generate_series(1, 1000) i");
        using var set = new MigrationSet(("0001_index.sql", "CREATE INDEX CONCURRENTLY IF NOT EXISTS big_t ON big (t);"));

        // An open transaction that has written the table keeps the build waiting, half-built, until it is killed.
        await using (var writer = await database.OpenAsync())
        await using (var transaction = await writer.BeginTransactionAsync())
        {
            await using (var command = new NpgsqlCommand("INSERT INTO big VALUES (0, '')", writer, transaction))
                await command.ExecuteNonQueryAsync();
            var killed = MigrationRunner.RunAsync(database.Settings, set.Options with { MaxAttempts = 1 });
            await Eventually.TrueAsync(async () =>
                await database.ScalarAsync<long>("SELECT count(*) FROM pg_index WHERE indrelid = 'big'::regclass AND NOT indisvalid") == 1
            );
            await database.ExecuteAsync(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%' AND datname = current_database()"
            );
            Assert.Equal(ExitCode.MigrationFailed, (await killed).Error!.ExitCode);
        }

        Assert.Equal(
            MigrationState.Interrupted,
            (await MigrationRunner.GetStatusAsync(database.Settings, set.Options)).Migrations[0].State
        );
        var resumed = await MigrationRunner.RunAsync(database.Settings, set.Options);
        Assert.True(resumed.Error is null, $"{resumed.Error}");
        Assert.Equal(
            ["big_t"],
            await database.ColumnAsync<string>(
                "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'big'::regclass AND indisvalid"
            )
        );
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM pg_index WHERE indrelid = 'big'::regclass"));
    }

    [Fact]
    public async Task A_run_is_a_handful_of_round_trips()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        await using var proxy = FaultProxy.Start(database.Url);
        var settings = TestConnection.SettingsFor(proxy.Url);

        // On a busy machine a slow answer makes the observer look, which is no trip of the run's; long limits keep it still.
        var patience = TimeSpan.FromMinutes(10);
        Assert.Null(
            (await MigrationRunner.RunAsync(settings, MigrationSet.Phase2 with { LockTimeout = patience, MaxBlocking = patience })).Error
        );
        var first = proxy.RoundTrips;
        proxy.ResetCounts();
        Assert.Equal(
            RunStatus.NothingToDo,
            (await MigrationRunner.RunAsync(settings, MigrationSet.Phase2 with { LockTimeout = patience, MaxBlocking = patience })).Status
        );
        var again = proxy.RoundTrips;

        await using var empty = await TestDatabase.CreateAsync();
        await using var other = FaultProxy.Start(empty.Url);
        using var set = new MigrationSet([
            .. Enumerable.Range(1, 200).Select(i => ($"{i:0000}_t.sql", $"CREATE TABLE t{i} (id int PRIMARY KEY, name text);")),
        ]);
        Assert.Null(
            (
                await MigrationRunner.RunAsync(
                    TestConnection.SettingsFor(other.Url),
                    set.Options with
                    {
                        LockTimeout = patience,
                        MaxBlocking = patience,
                    }
                )
            ).Error
        );
        output.WriteLine($"Round trips: Phase 2 with verification {first}, again {again}, 200 files {other.RoundTrips}.");
        Assert.InRange(first, 1, 4);
        Assert.InRange(again, 1, 2);
        Assert.InRange(other.RoundTrips, 1, 6);
    }

    [Fact]
    public async Task A_database_that_is_read_only_by_default_is_left_alone_unless_that_is_allowed()
    {
        await using var scene = await UndoScene.CreateAsync();
        await scene.FillAsync();
        await scene.Database.ExecuteAsync($"ALTER DATABASE {scene.Database.Name} SET default_transaction_read_only = on");
        using var set = new MigrationSet(
            ("0009_a.sql", "CREATE TABLE a (id int);"),
            ("0010_index.sql", "-- mued: transaction=none\nCREATE INDEX CONCURRENTLY a_id ON a (id);")
        );
        var restore = new RestoreOptions { Path = scene.BackupPath };
        await RefusedAsync(() => MigrationRunner.RunAsync(scene.Settings, set.Options));
        await RefusedAsync(() => MigrationRunner.RunAsync(scene.Settings, set.Options with { Baseline = "0010" }));
        await RefusedAsync(() => UndoRunner.PlanAsync(scene.Settings, scene.Options));
        await RefusedAsync(() => UndoRunner.RunAsync(scene.Settings, scene.Options));
        Assert.Null((await UndoRunner.RunAsync(scene.Settings, scene.Options with { AllowReadOnlyDefault = true })).Error);
        Assert.Null((await MigrationRunner.RunAsync(scene.Settings, MigrationSet.Phase2 with { AllowReadOnlyDefault = true })).Error);
        await RefusedAsync(() => BackupRestorer.RunAsync(scene.Settings, restore));
        Assert.Null((await BackupRestorer.RunAsync(scene.Settings, restore with { AllowReadOnlyDefault = true })).Error);
        Assert.Null((await MigrationRunner.RunAsync(scene.Settings, set.Options with { AllowReadOnlyDefault = true })).Error);

        static async Task RefusedAsync(Func<Task> run)
        {
            var error = await Assert.ThrowsAsync<MuedException>(run);
            Assert.Equal(("ServerReadOnly", ExitCode.CheckFailed), (error.ErrorId, error.ExitCode));
        }
    }

    [Fact]
    public async Task A_lease_is_renewed_where_transactions_are_read_only_by_default()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            CREATE TABLE a (id int); INSERT INTO a VALUES (1);
            CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_catalog.pg_sleep(600); RETURN $1; END';
            """
        );
        using var set = new MigrationSet(("0001_a.sql", "CREATE INDEX CONCURRENTLY i ON a (slow(id));"));
        await database.ExecuteAsync($"ALTER DATABASE {database.Name} SET default_transaction_read_only = on");
        using var stop = new CancellationTokenSource();
        var run = MigrationRunner.RunAsync(database.Settings, set.Options with { AllowReadOnlyDefault = true }, null, stop.Token);
        await Eventually.TrueAsync(() => database.ScalarAsync<bool>("SELECT to_regclass('mued_schema_history') IS NOT NULL"));
        await Eventually.TrueAsync(() =>
            database.ScalarAsync<bool>(
                "SELECT coalesce(bool_or(lease_until > started_at + interval '34 seconds'), false) FROM mued_schema_history"
            )
        );
        await stop.CancelAsync();
        Assert.Equal(ExitCode.Cancelled, (await run).Error!.ExitCode);
    }

    [Fact]
    public async Task A_disk_that_is_full_fails_one_migration_and_the_next_run_goes_on_when_there_is_room()
    {
        await using var sandbox = await SandboxServer.StartAsync(new());
        await using var database = await TestDatabase.CreateAsync(TestServer.Of(sandbox));
        using var set = new MigrationSet(
            ("0001_small.sql", "CREATE TABLE small (id int);"),
            (
                "0002_large.sql",
                "CREATE TABLE large (row text);\nINSERT INTO large SELECT repeat('x', 1000) FROM generate_series(1, 20000);"
            ),
            ("0003_after.sql", "CREATE TABLE after_it (id int);")
        );

        // Room for a file of the server's log, not for the large table; a page that is written in part is what a full disk is to the server.
        await LimitFilesAsync(sandbox, "16778240");
        var full = await MigrationRunner.RunAsync(database.Settings, set.Options);

        Assert.Equal(
            (ExitCode.MigrationFailed, PostgresErrorCodes.DiskFull, 2),
            (full.Error!.ExitCode, full.Error.SqlState, full.Error.Line)
        );
        Assert.Equal(
            [MigrationStatus.Applied, MigrationStatus.Failed, MigrationStatus.Pending],
            full.Migrations.Select(migration => migration.Status)
        );
        Assert.True(await database.ScalarAsync<bool>("SELECT to_regclass('large') IS NULL"));
        await LimitFilesAsync(sandbox, "unlimited");
        var next = await MigrationRunner.RunAsync(database.Settings, set.Options);
        Assert.True(next.Error is null, $"{next.Error}");
        Assert.Equal(
            [MigrationStatus.Skipped, MigrationStatus.Applied, MigrationStatus.Applied],
            next.Migrations.Select(migration => migration.Status)
        );
    }

    /// <summary>How many bytes a file may have that the server's new sessions write.</summary>
    private static async Task LimitFilesAsync(SandboxServer server, string bytes)
    {
        var limit = await ChildProcess.RunAsync(
            ServerAccount.Current.Wrap("prlimit", "--pid", $"{server.ProcessId}", $"--fsize={bytes}:"),
            Path.GetTempPath(),
            CancellationToken.None
        );
        Assert.Equal((0, ""), (limit.ExitCode, limit.Error));
    }

    private static async Task<int> CountMessagesAsync(ProxyDirection direction)
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        await using var proxy = FaultProxy.Start(database.Url);
        Assert.True(await AttemptAsync(TestConnection.SettingsFor(proxy.Url)));
        return direction == ProxyDirection.ToServer ? proxy.ToServer : proxy.ToClient;
    }

    /// <summary>A run that may fail for want of a connection, and for nothing else.</summary>
    private static async Task<bool> AttemptAsync(ConnectionSettings settings)
    {
        try
        {
            var report = await MigrationRunner.RunAsync(settings, MigrationSet.Phase2 with { RetryTime = TimeSpan.FromSeconds(5) });
            Assert.True(report.Error is null or { ExitCode: ExitCode.NoConnection }, $"{report.Error}");
            return report.Error is null;
        }
        catch (MuedException e) when (e.ExitCode == ExitCode.NoConnection)
        {
            return false;
        }
    }

    /// <summary>
    /// Runs migrations while one session holds a transaction open for five seconds and another works beside it without pause.
    /// Returns the other's longest wait, which must not exceed lock_timeout by more than half a second.
    /// </summary>
    private static async Task<TimeSpan> RunBesideAsync(
        TestDatabase database,
        string holdSql,
        string workSql,
        MigrationOptions options,
        string relation
    )
    {
        await using var holder = await database.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand($"SET LOCAL application_name = 'the holder'; {holdSql}", holder, transaction))
            await command.ExecuteNonQueryAsync();

        using var stop = new CancellationTokenSource();
        var worst = TimeSpan.Zero;
        var work = Task.Run(async () =>
        {
            await using var worker = await database.OpenAsync();
            while (!stop.IsCancellationRequested)
            {
                var clock = Stopwatch.StartNew();
                await using (var command = new NpgsqlCommand(workSql, worker))
                    await command.ExecuteNonQueryAsync();
                worst = clock.Elapsed > worst ? clock.Elapsed : worst;
                await Task.Delay(5);
            }
        });

        // What a crowded machine adds to any wait: how late a timer of the server's comes, beside the same load.
        var late = TimeSpan.Zero;
        var control = Task.Run(async () =>
        {
            await using var sleeper = await database.OpenAsync();
            while (!stop.IsCancellationRequested)
            {
                var clock = Stopwatch.StartNew();
                await using (var command = new NpgsqlCommand("SELECT pg_sleep(0.5)", sleeper))
                    await command.ExecuteNonQueryAsync();
                var delay = clock.Elapsed - TimeSpan.FromSeconds(0.5);
                late = delay > late ? delay : late;
            }
        });

        var run = MigrationRunner.RunAsync(database.Settings, options);
        await Task.Delay(TimeSpan.FromSeconds(5));
        await transaction.RollbackAsync();
        var report = await run;
        await stop.CancelAsync();
        await Task.WhenAll(work, control);
        Assert.True(report.Error is null, $"{report.Error}");
        var attempts = report.Migrations[^1].Attempts;
        Assert.NotEmpty(attempts);
        Assert.Contains(
            attempts.SelectMany(attempt => attempt.Blockers),
            blocker =>
                blocker.ApplicationName == "the holder"
                && blocker.Pid == holder.ProcessID
                && relation.EndsWith(blocker.Relation!, StringComparison.Ordinal)
        );
        Assert.InRange(worst, TimeSpan.Zero, options.LockTimeout + TimeSpan.FromSeconds(0.5) + late);
        return worst;
    }
}
