using Mued.PsDb.Files;
using Npgsql;

namespace Mued.PsDb.Tests;

public class MigrationRunTests
{
    [Fact]
    public async Task Phase_2_is_applied_and_a_second_run_applies_nothing()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        var first = await RunAsync(database, MigrationSet.Phase2);
        Assert.Null(first.Error);
        Assert.Equal(RunStatus.Succeeded, first.Status);
        Assert.Equal(["0006", "0007", "0008"], first.Migrations.Select(migration => migration.Version));
        Assert.All(first.Migrations, migration => Assert.Equal(MigrationStatus.Applied, migration.Status));
        Assert.All(first.Migrations, migration => Assert.True(migration.Duration > TimeSpan.Zero));
        Assert.True(first.Verification!.Passed);
        Assert.True(first.Verification.Checks > 100);
        Assert.Equal(["rollback_0006_add_rag_metrics.sql"], first.Rollbacks);
        Assert.Empty(first.Ignored);

        var second = await RunAsync(database, MigrationSet.Phase2);
        Assert.Equal(RunStatus.NothingToDo, second.Status);
        Assert.All(second.Migrations, migration => Assert.Equal(MigrationStatus.Skipped, migration.Status));
        Assert.Equal(3, await database.ScalarAsync<long>("SELECT count(*) FROM mued_schema_history"));
    }

    [Fact]
    public async Task A_failure_in_the_second_of_three_files_keeps_the_first_and_never_starts_the_third()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int);"),
            ("0002_b.sql", "-- a remark\nCREATE TABLE b (id int);\n\n  CREATE TABL c (id int);\n"),
            ("0003_c.sql", "CREATE TABLE c (id int);")
        );
        var report = await RunAsync(database, set.Options);
        Assert.Equal(RunStatus.Failed, report.Status);
        Assert.Equal(
            [MigrationStatus.Applied, MigrationStatus.Failed, MigrationStatus.Pending],
            report.Migrations.Select(migration => migration.Status)
        );
        Assert.Equal(ExitCode.MigrationFailed, report.Error!.ExitCode);
        Assert.Equal("SyntaxError", report.Error.ErrorId);
        Assert.Equal("42601", report.Error.SqlState);
        Assert.Equal(set.FileOf("0002_b.sql"), report.Error.File);
        Assert.Equal((4, 10), (report.Error.Line, report.Error.Column));
        Assert.Equal(["a"], await database.ColumnAsync<string>(TablesSql));
        Assert.Equal(["0001_a"], await database.ColumnAsync<string>("SELECT migration FROM mued_schema_history"));

        set.Write("0002_b.sql", "CREATE TABLE b (id int);");
        Assert.Equal(RunStatus.Succeeded, (await RunAsync(database, set.Options)).Status);
        Assert.Equal(["a", "b", "c"], await database.ColumnAsync<string>(TablesSql));
    }

    [Fact]
    public async Task A_failed_verification_fails_the_run()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        await RunAsync(database, MigrationSet.Phase2);
        await database.ExecuteAsync("ALTER TABLE provenance ALTER COLUMN source_uri TYPE varchar(10); DROP INDEX idx_plugin_name");
        var report = await RunAsync(database, MigrationSet.Phase2);
        Assert.Equal(RunStatus.Failed, report.Status);
        Assert.Equal(("VerificationFailed", ExitCode.CheckFailed), (report.Error!.ErrorId, report.Error.ExitCode));
        Assert.Equal(
            [("public.idx_plugin_name", CheckStatus.Missing), ("public.provenance.source_uri", CheckStatus.Different)],
            report.Verification!.Failures.Select(check => (check.Name, check.Status)).Order()
        );
        var missing = report.Verification.Failures.Single(check => check.Status == CheckStatus.Missing);
        Assert.Contains("if it is applied, something has dropped it since", missing.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DROP TABLE materials", "BaseTableMissing")]
    [InlineData(
        "DROP TABLE materials, users; CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE materials (id uuid PRIMARY KEY)",
        "BaseTableKeyType"
    )]
    public async Task Base_tables_that_do_not_fit_stop_the_run_before_it_starts(string damage, string errorId)
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        await database.ExecuteAsync(damage);
        var before = await database.ColumnAsync<string>(TablesSql);
        var error = await Assert.ThrowsAsync<MuedException>(() => RunAsync(database, MigrationSet.Phase2));
        Assert.Equal(errorId, error.ErrorId);
        Assert.Equal(before, await database.ColumnAsync<string>(TablesSql));
        Assert.False(await database.ScalarAsync<bool>("SELECT to_regclass('mued_schema_history') IS NOT NULL"));
    }

    [Fact]
    public async Task Every_prefix_of_Phase_2_is_completed()
    {
        var scripts = new[] { "0006_add_rag_metrics", "0007_optimize_rag_indexes", "0008_add_foreign_keys_fixed" }
            .Select(name => MigrationFolder.ReadScript(Repository.PathOf($"sql/migrations/{name}.sql")))
            .ToList();
        var statements = scripts.SelectMany(script => script.Statements.Select(script.TextOf)).ToList();
        var stride = Soak.Count(6, 1);
        for (var step = 0; step < statements.Count + stride; step += stride)
        {
            // The last step is the complete Phase 2, whatever the stride.
            var length = Math.Min(step, statements.Count);
            await using var database = await TestDatabase.CreatePhase2BaseAsync();
            await database.ExecuteAsync(string.Join(";\n", statements.Take(length)) + ";");
            var report = await RunAsync(database, MigrationSet.Phase2);
            Assert.True(report.Error is null, $"after {length} statements: {report.Error}");
            Assert.True(report.Verification!.Passed);
            await CleanRun.AssertSameAsync(database, $"after {length} statements");
        }
    }

    [Fact]
    public async Task A_migration_begins_where_the_one_before_it_ends_and_a_failed_one_tells_how_long_it_ran()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(
            ("0001_slow.sql", "SELECT pg_sleep(0.2);"),
            ("0002_slow.sql", "SELECT pg_sleep(0.2);"),
            ("0003_fails.sql", "SELECT pg_sleep(0.2); SELECT 1/0;")
        );
        var report = await RunAsync(database, set.Options);
        var (first, second, failed) = (report.Migrations[0], report.Migrations[1], report.Migrations[2]);
        Assert.Equal(MigrationStatus.Failed, failed.Status);
        Assert.All(report.Migrations, migration => Assert.InRange(migration.Duration, TimeSpan.FromSeconds(0.2), report.Duration));
        Assert.Equal(first.Offset + first.Duration, second.Offset);
        Assert.Equal(second.Offset + second.Duration, failed.Offset);
        Assert.True(failed.Offset + failed.Duration <= report.Duration);
    }

    [Fact]
    public async Task The_statement_that_takes_long_inside_a_batch_is_told_while_it_runs()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE held (id int)");
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int);"),
            ("0002_b.sql", "CREATE TABLE b (id int);\nALTER TABLE held ADD COLUMN name text;\nCREATE TABLE c (id int);")
        );
        await using var holder = await database.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("LOCK TABLE held", holder, transaction))
            await command.ExecuteNonQueryAsync();
        var recorded = new RecordedProgress();

        var run = MigrationRunner.RunAsync(
            database.Settings,
            set.Options with
            {
                LockTimeout = TimeSpan.FromSeconds(1.5),
                MaxAttempts = 1000,
                RetryTime = TimeSpan.FromMinutes(2),
            },
            recorded
        );
        await Eventually.TrueAsync(() => recorded.Messages.Contains("Applying 0002_b, statement 2 of 3"));
        await transaction.RollbackAsync();

        Assert.Null((await run).Error);
    }

    [Fact]
    public async Task Orphans_are_counted_and_nothing_half_made_is_left()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        await RunAsync(database, MigrationSet.Phase2 with { Target = "0007" });
        await database.ExecuteAsync(
            "INSERT INTO ai_dialogue_log (user_id, session_id, query, response, model_used) SELECT gen_random_uuid(), gen_random_uuid(), 'q', 'r', 'm' FROM generate_series(1, 3)"
        );
        var report = await RunAsync(database, MigrationSet.Phase2);
        Assert.Equal(("ForeignKeyViolation", "23503"), (report.Error!.ErrorId, report.Error.SqlState));
        Assert.Contains("3 row(s)", report.Error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM pg_constraint WHERE conname LIKE 'fk\\_%'"));
    }

    [Fact]
    public async Task The_target_ends_the_run_and_the_next_run_goes_on()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        var partial = await RunAsync(database, MigrationSet.Phase2 with { Target = "0007" });
        Assert.Equal(
            [MigrationStatus.Applied, MigrationStatus.Applied, MigrationStatus.Pending],
            partial.Migrations.Select(migration => migration.Status)
        );
        var rest = await RunAsync(database, MigrationSet.Phase2);
        Assert.Equal(
            [MigrationStatus.Skipped, MigrationStatus.Skipped, MigrationStatus.Applied],
            rest.Migrations.Select(migration => migration.Status)
        );
    }

    [Fact]
    public async Task Changed_SQL_stops_the_run_before_anything_is_executed()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
        await RunAsync(database, set.Options);
        set.Write("0001_a.sql", "CREATE TABLE a (id bigint);");
        set.Write("0002_b.sql", "CREATE TABLE b (id int);");
        var error = await Assert.ThrowsAsync<MuedException>(() => RunAsync(database, set.Options));
        Assert.Equal("MigrationChanged", error.ErrorId);
        Assert.Equal(["a"], await database.ColumnAsync<string>(TablesSql));

        var accepted = await RunAsync(database, set.Options with { AcceptChanged = true });
        Assert.Equal(RunStatus.Succeeded, accepted.Status);
        Assert.Equal(RunStatus.NothingToDo, (await RunAsync(database, set.Options)).Status);
    }

    [Fact]
    public async Task A_changed_comment_or_line_end_is_told_and_accepted()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (\n  id int\n);\n"));
        await RunAsync(database, set.Options);
        set.Write("0001_a.sql", "-- explained\r\nCREATE TABLE a (\r\n  id int\r\n);\r\n");
        var report = await RunAsync(database, set.Options);
        Assert.Equal(RunStatus.NothingToDo, report.Status);
        Assert.Contains(report.Migrations[0].Notices, notice => notice.Message.Contains("Comments", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_baseline_is_recorded_without_being_run()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"), ("0002_b.sql", "CREATE TABLE b (id int);"));
        var report = await RunAsync(database, set.Options with { Baseline = "0001" });
        Assert.Equal([MigrationStatus.Skipped, MigrationStatus.Applied], report.Migrations.Select(migration => migration.Status));
        Assert.Equal(["b"], await database.ColumnAsync<string>(TablesSql));
        Assert.Equal(RunStatus.NothingToDo, (await RunAsync(database, set.Options)).Status);
    }

    [Fact]
    public async Task A_baseline_records_an_interrupted_migration_once_no_runner_is_at_work_on_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = await InterruptAsync(database);
        await database.ExecuteAsync(
            "UPDATE mued_schema_history SET lease_until = clock_timestamp() + interval '1 hour', runner = 'the other'"
        );
        var options = set.Options with { Baseline = "0001" };
        var refused = await RunAsync(database, options with { WaitTimeout = TimeSpan.FromSeconds(1) });
        Assert.Equal("WaitTimeout", refused.Error!.ErrorId);
        Assert.Contains("the other", refused.Error.Message, StringComparison.Ordinal);
        Assert.All(refused.Migrations, migration => Assert.Equal((MigrationStatus.Pending, null), (migration.Status, migration.Reason)));
        Assert.Equal(
            MigrationState.Interrupted,
            (await MigrationRunner.GetStatusAsync(database.Settings, set.Options)).Migrations[0].State
        );

        await database.ExecuteAsync("UPDATE mued_schema_history SET lease_until = NULL");
        var report = await RunAsync(database, options);
        Assert.Null(report.Error);
        Assert.Equal([MigrationStatus.Skipped, MigrationStatus.Applied], report.Migrations.Select(migration => migration.Status));
        Assert.Equal("recorded as a baseline", report.Migrations[0].Reason);
        Assert.False(
            await database.ScalarAsync<bool>(
                "SELECT coalesce((SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('a_id')), false)"
            )
        );
        Assert.Equal(RunStatus.NothingToDo, (await RunAsync(database, set.Options)).Status);
    }

    [Fact]
    public async Task Many_runners_record_a_baseline_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"), ("0002_b.sql", "CREATE TABLE b (id int);"));
        var reports = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RunAsync(database, set.Options with { Baseline = "0001" })));
        Assert.All(reports, report => Assert.Null(report.Error));
        Assert.All(
            reports,
            report =>
                Assert.Equal(
                    (MigrationStatus.Skipped, "recorded as a baseline"),
                    (report.Migrations[0].Status, report.Migrations[0].Reason)
                )
        );
        Assert.Equal(["0001_a", "0002_b"], await database.ColumnAsync<string>("SELECT migration FROM mued_schema_history ORDER BY id"));
    }

    [Fact]
    public async Task A_baseline_that_cannot_be_recorded_is_not_reported_as_recorded()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "SELECT 1;"), ("0002_b.sql", "SELECT 2;"));
        await RunAsync(database, set.Options with { Target = "0001" });
        await database.ExecuteAsync("ALTER TABLE mued_schema_history ADD CHECK (migration <> '0002_b')");
        var report = await RunAsync(database, set.Options with { Baseline = "0002" });
        Assert.Equal("HistoryUnwritable", report.Error!.ErrorId);
        Assert.Equal((MigrationStatus.Pending, null), (report.Migrations[1].Status, report.Migrations[1].Reason));
    }

    [Fact]
    public async Task Reapply_heals_a_damaged_schema()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        await RunAsync(database, MigrationSet.Phase2);
        await database.ExecuteAsync(
            "DROP INDEX idx_plugin_enabled_healthy; ALTER TABLE provenance DROP CONSTRAINT fk_provenance_acquired_by"
        );
        var report = await RunAsync(database, MigrationSet.Phase2 with { Reapply = true });
        Assert.Null(report.Error);
        Assert.True(await database.ScalarAsync<bool>("SELECT to_regclass('idx_plugin_enabled_healthy') IS NOT NULL"));
        Assert.Equal(3, await database.ScalarAsync<long>("SELECT count(*) FROM mued_schema_history WHERE finished_at IS NOT NULL"));
    }

    [Theory]
    [InlineData("0001_many.sql", true)]
    [InlineData("0001_many.sql", false)]
    [InlineData("rollback_0001_many.sql", false)]
    public async Task A_script_that_says_too_much_leaves_its_first_and_last_words_and_tells_them_all(string file, bool dryRun)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_many.sql", "CREATE TABLE many (id int);"), ("rollback_0001_many.sql", "DROP TABLE many;"));
        const string Talk = "DO $$ BEGIN FOR i IN 1..1000 LOOP RAISE NOTICE 'n%', i; END LOOP; RAISE WARNING 'careful'; END $$; ";
        set.Write(file, Talk + await File.ReadAllTextAsync(set.FileOf(file)));
        var progress = new RecordedProgress();
        var report = await MigrationRunner.RunAsync(database.Settings, set.Options with { DryRun = dryRun }, progress);
        Assert.Null(report.Error);
        var notices = report.Migrations[0].Notices;
        if (file[0] == 'r')
            notices = (await UndoRunner.RunAsync(database.Settings, new() { Path = set.Path, NoBackup = true })).Notices;
        else
            Assert.Equal(
                1001,
                progress.Messages.Count(text => text.StartsWith("NOTICE: n", StringComparison.Ordinal) || text == "WARNING: careful")
            );
        Assert.Equal(201, notices.Count);
        Assert.Equal(
            ("n1", "n100", "n902", "careful"),
            (notices[0].Message, notices[99].Message, notices[101].Message, notices[^1].Message)
        );
        Assert.Contains("801", notices[100].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notices_are_data_on_the_report_of_their_migration()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(
            ("0001_a.sql", "SELECT 1; DO $$ BEGIN RAISE NOTICE 'first'; END $$;"),
            ("0002_b.sql", "SELECT 1 AS mued_started; DO $$ BEGIN RAISE WARNING 'second'; END $$;")
        );
        var report = await RunAsync(database, set.Options);
        Assert.Equal("first", Assert.Single(report.Migrations[0].Notices).Message);
        Assert.Equal(
            ("WARNING", "second"),
            (report.Migrations[1].Notices.Single().Severity, report.Migrations[1].Notices.Single().Message)
        );
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_and_tells_what_it_locked()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        var report = await RunAsync(database, MigrationSet.Phase2 with { DryRun = true });
        Assert.Null(report.Error);
        Assert.Equal(RunStatus.DryRun, report.Status);
        Assert.All(report.Migrations, migration => Assert.Equal(MigrationStatus.Pending, migration.Status));
        Assert.Equal(["materials", "users"], await database.ColumnAsync<string>(TablesSql));
        Assert.DoesNotContain(report.Migrations.SelectMany(migration => migration.Impacts), impact => impact.Rewritten);
        Assert.Empty(report.Migrations[0].Impacts);
        Assert.Empty(report.Migrations[1].Impacts);
        var users = Assert.Single(report.Migrations[2].Impacts, impact => impact.Relation == "public.users");
        Assert.Contains("ShareRowExclusiveLock", users.LockModes);
        Assert.DoesNotContain("AccessExclusiveLock", users.LockModes);
        Assert.True(users.Held > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_dry_run_sees_a_rewritten_table()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE old (id int); INSERT INTO old SELECT generate_series(1, 10)");
        using var set = new MigrationSet(("0001_widen.sql", "ALTER TABLE old ALTER COLUMN id TYPE bigint;"));
        var report = await RunAsync(database, set.Options with { DryRun = true });
        var impact = Assert.Single(report.Migrations[0].Impacts);
        Assert.True(impact.Rewritten);
        Assert.Contains("AccessExclusiveLock", impact.LockModes);
    }

    [Fact]
    public async Task A_dry_run_says_what_it_could_not_rehearse()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TYPE mood AS ENUM ('good'); CREATE TABLE a (id int)");
        using var set = new MigrationSet(
            ("0001_index.sql", "CREATE INDEX CONCURRENTLY a_id ON a (id);"),
            ("0002_label.sql", "ALTER TYPE mood ADD VALUE 'bad';"),
            ("0003_use.sql", "CREATE TABLE b (mood mood DEFAULT 'bad');")
        );
        var report = await RunAsync(database, set.Options with { DryRun = true });
        Assert.Null(report.Error);
        Assert.StartsWith("not rehearsed", report.Migrations[0].Reason, StringComparison.Ordinal);
        Assert.StartsWith("rehearsed", report.Migrations[1].Reason, StringComparison.Ordinal);
        Assert.StartsWith("not rehearsed", report.Migrations[2].Reason, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Succeeded, (await RunAsync(database, set.Options)).Status);
    }

    [Theory]
    [InlineData("CREATE SCHEMA app; SET search_path = app;")]
    [InlineData("SELECT pg_catalog.set_config('search_path', '', false);")]
    [InlineData("DO $$ BEGIN PERFORM set_config('search_path', '', false); END $$;")]
    [InlineData("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;")]
    [InlineData("SET ROLE {0};")]
    [InlineData("SET SESSION AUTHORIZATION {0};")]
    [InlineData(
        "-- mued: transaction=none\nSELECT set_config('search_path', '', false); SET statement_timeout = '1min'; CREATE INDEX CONCURRENTLY seed_id ON public.seed (id);"
    )]
    public async Task What_a_migration_sets_ends_with_it(string sql)
    {
        await using var database = await TestDatabase.CreateAsync();
        var low = database.Name + "_low";
        await database.ExecuteAsync($"CREATE TABLE seed (id int); CREATE ROLE {low}");
        using var set = new MigrationSet(
            ("0001_sets.sql", string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, low)),
            ("0002_b.sql", "CREATE TABLE b (id int); DO $$ BEGIN ASSERT current_setting('statement_timeout') = '0'; END $$;")
        );

        var rehearsed = await RunAsync(database, set.Options with { DryRun = true });
        var report = await RunAsync(database, set.Options);

        Assert.True(rehearsed.Error is null, $"{rehearsed.Error}");
        Assert.True(report.Error is null, $"{report.Error}");
        Assert.Equal(["b", "seed"], await database.ColumnAsync<string>(TablesSql));
        Assert.True(await database.ScalarAsync<bool>("SELECT tableowner = current_user FROM pg_tables WHERE tablename = 'b'"));
        await database.ExecuteAsync($"DROP ROLE {low}");
    }

    [Fact]
    public async Task The_connection_s_own_settings_and_the_timeouts_hold_for_every_migration()
    {
        await using var database = await TestDatabase.CreateAsync();
        const string Seen =
            " AS SELECT current_setting('work_mem') AS work_mem, current_setting('lock_timeout') AS lock_timeout, current_setting('statement_timeout') AS statement_timeout;";
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a" + Seen + " SET work_mem = '1MB';"),
            (
                "0002_b.sql",
                "CREATE TABLE b"
                    + Seen
                    + " DO $$ BEGIN ASSERT current_setting('lock_timeout') = '3s' AND current_setting('work_mem') = '7MB'; END $$;"
            )
        );
        var settings = TestConnection.SettingsFor(database.Url + "?options=-c%20work_mem%3D7MB");
        var options = set.Options with { LockTimeout = TimeSpan.FromSeconds(3), StatementTimeout = TimeSpan.FromSeconds(60) };

        Assert.Null((await MigrationRunner.RunAsync(settings, options with { DryRun = true })).Error);
        Assert.Null((await MigrationRunner.RunAsync(settings, options)).Error);

        Assert.Equal(
            ["7MB 3s 1min", "7MB 3s 1min"],
            await database.ColumnAsync<string>(
                "SELECT concat_ws(' ', work_mem, lock_timeout, statement_timeout) FROM (TABLE a UNION ALL TABLE b) AS seen"
            )
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("-- mued: transaction=none\n")]
    public async Task A_deferred_trigger_sees_what_its_migration_set(string head)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(
            (
                "0001_a.sql",
                head
                    + """
                    CREATE SCHEMA app;
                    SET search_path = app;
                    CREATE TABLE a (id int);
                    CREATE TABLE log (id int);
                    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (NEW.id); RETURN NULL; END $$;
                    CREATE CONSTRAINT TRIGGER noted AFTER INSERT ON a DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note();
                    INSERT INTO a VALUES (1);
                    """
            )
        );
        var report = await RunAsync(database, set.Options);
        Assert.True(report.Error is null, $"{report.Error}");
        Assert.Equal(1, await database.ScalarAsync<int>("SELECT id FROM app.log"));
    }

    [Fact]
    public async Task What_the_first_statements_left_in_the_session_is_there_when_a_later_one_is_tried_again()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE SCHEMA app; CREATE TABLE app.held (id int); CREATE TABLE held (id int)");
        using var set = new MigrationSet(
            (
                "0001_a.sql",
                """
                -- mued: transaction=none
                CREATE TEMPORARY TABLE ids AS SELECT 7 AS id;
                SELECT set_config('search_path', 'app', false);
                INSERT INTO held SELECT id FROM ids;
                """
            )
        );
        await using var holder = await database.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("LOCK TABLE app.held", holder, transaction))
            await command.ExecuteNonQueryAsync();
        var recorded = new RecordedProgress();
        var options = set.Options with { LockTimeout = TimeSpan.FromSeconds(1), MaxAttempts = 1000 };
        var run = MigrationRunner.RunAsync(database.Settings, options, recorded);
        await Eventually.TrueAsync(() =>
            run.IsCompleted || recorded.Messages.Any(message => message.Contains("lock timeout", StringComparison.Ordinal))
        );
        await transaction.RollbackAsync();
        var report = await run;
        Assert.True(report.Error is null, $"{report.Error}");
        Assert.NotEmpty(report.Migrations[0].Attempts);
        Assert.Equal(7, await database.ScalarAsync<int>("SELECT id FROM app.held"));
    }

    [Fact]
    public async Task A_statement_whose_lease_is_lost_is_rolled_back()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(
            (
                "0001_a.sql",
                """
                -- mued: transaction=none
                CREATE TABLE first (id int);
                CREATE TABLE taken AS SELECT 1 AS id; UPDATE mued_schema_history SET run_id = gen_random_uuid() WHERE version = '0001';
                """
            )
        );
        var error = (await RunAsync(database, set.Options with { WaitTimeout = TimeSpan.Zero })).Error!;
        Assert.Equal(("WaitTimeout", ExitCode.MigrationFailed), (error.ErrorId, error.ExitCode));
        Assert.Equal(2, await database.ScalarAsync<int>("SELECT statements_done FROM mued_schema_history"));
    }

    [Fact]
    public async Task Non_transactional_migrations_run_statement_by_statement()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int);"),
            ("0002_index.sql", "CREATE INDEX CONCURRENTLY a_id ON a (id);\nVACUUM a;"),
            ("0003_b.sql", "CREATE TABLE b (id int);")
        );
        var report = await RunAsync(database, set.Options);
        Assert.Null(report.Error);
        Assert.All(report.Migrations, migration => Assert.Equal(MigrationStatus.Applied, migration.Status));
        Assert.True(await database.ScalarAsync<bool>("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_id'::regclass"));
        Assert.Equal(2, await database.ScalarAsync<int>("SELECT statements_done FROM mued_schema_history WHERE migration = '0002_index'"));
    }

    [Theory]
    [InlineData("SELECT 1;\nSELECT raise();", "was rolled back")]
    [InlineData("-- mued: transaction=none\nSELECT 1;\nSELECT raise();", "what is done stays: 1 of 2 statements")]
    public async Task The_advice_says_what_a_failure_leaves(string sql, string advice)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE FUNCTION raise() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$");
        using var set = new MigrationSet(("0001_a.sql", sql));
        var error = (await RunAsync(database, set.Options)).Error!;
        Assert.Equal(("MigrationFailed", "P0001", set.FileOf("0001_a.sql")), (error.ErrorId, error.SqlState, error.File));
        Assert.Contains(advice, error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_half_built_index_is_dropped_and_built_again_on_resume()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE a (id int); INSERT INTO a VALUES (1), (1)");
        using var set = new MigrationSet(("0001_index.sql", "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a_id ON a (id);"));
        var failed = await RunAsync(database, set.Options);
        Assert.Equal("23505", failed.Error!.SqlState);
        Assert.Equal(1, failed.Error.Line);

        await database.ExecuteAsync("DELETE FROM a WHERE ctid = (SELECT min(ctid) FROM a)");
        var resumed = await RunAsync(database, set.Options);
        Assert.Null(resumed.Error);
        Assert.True(await database.ScalarAsync<bool>("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_id'::regclass"));
    }

    [Theory]
    [InlineData("CREATE TABLE a (id int);")]
    [InlineData("-- mued: transaction=none\nCREATE TABLE a (id int); VACUUM;")]
    public async Task A_history_table_that_cannot_be_made_is_not_the_migration_s_failure(string sql)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", sql));
        var report = await RunAsync(database, set.Options with { HistoryTable = "nosuch.h" });
        Assert.Equal(
            ("HistoryUnwritable", ExitCode.MigrationFailed, "3F000"),
            (report.Error!.ErrorId, report.Error.ExitCode, report.Error.SqlState)
        );
        Assert.Contains("nosuch.h", report.Error.Message, StringComparison.Ordinal);
        Assert.Equal(MigrationStatus.Pending, report.Migrations[0].Status);
    }

    [Theory]
    [InlineData("DROP TABLE mued_schema_history;", "42P01")]
    [InlineData("SELECT 1; SET TRANSACTION READ ONLY;", "25006")]
    [InlineData("-- mued: transaction=none\nSET ROLE pg_monitor; VACUUM;", "42501")]
    public async Task A_migration_after_which_the_history_cannot_be_written_is_told_from_one_that_fails(string sql, string state)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", sql));
        var report = await RunAsync(database, set.Options);
        Assert.Equal(
            ("HistoryUnwritableAfter", ExitCode.MigrationFailed, state),
            (report.Error!.ErrorId, report.Error.ExitCode, report.Error.SqlState)
        );
        Assert.Equal((set.FileOf("0001_a.sql"), MigrationStatus.Failed), (report.Error.File, report.Migrations[0].Status));
    }

    [Fact]
    public async Task What_fails_at_the_commit_is_the_migration_s_failure()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(
            (
                "0001_a.sql",
                "CREATE TABLE a (id int PRIMARY KEY, up int REFERENCES a DEFERRABLE INITIALLY DEFERRED); INSERT INTO a VALUES (1, 2);"
            )
        );
        var report = await RunAsync(database, set.Options);
        Assert.Equal(("ForeignKeyViolation", MigrationStatus.Failed), (report.Error!.ErrorId, report.Migrations[0].Status));
    }

    [Fact]
    public async Task An_interrupted_migration_that_has_become_transactional_is_applied()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = await InterruptAsync(database);
        set.Write("0001_index.sql", "CREATE UNIQUE INDEX mended ON a (id);");
        var report = await RunAsync(database, set.Options);
        Assert.Null(report.Error);
        Assert.Equal([MigrationStatus.Applied, MigrationStatus.Applied], report.Migrations.Select(migration => migration.Status));
        Assert.True(await database.ScalarAsync<bool>("SELECT to_regclass('mended') IS NOT NULL"));
        Assert.Equal(
            ["0001_index", "0002_b"],
            await database.ColumnAsync<string>(
                "SELECT migration FROM mued_schema_history WHERE finished_at IS NOT NULL AND undone_at IS NULL ORDER BY id"
            )
        );
        Assert.Equal(RunStatus.NothingToDo, (await RunAsync(database, set.Options)).Status);
    }

    [Fact]
    public async Task An_interrupted_migration_that_has_become_transactional_and_fails_stays_interrupted()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = await InterruptAsync(database);
        set.Write("0001_index.sql", "SELECT 1/0;");
        Assert.Equal("22012", (await RunAsync(database, set.Options)).Error!.SqlState);
        Assert.Equal(
            MigrationState.Interrupted,
            (await MigrationRunner.GetStatusAsync(database.Settings, set.Options)).Migrations[0].State
        );
    }

    [Theory]
    [InlineData("CREATE UNIQUE INDEX mended ON a (id);")]
    [InlineData("CREATE UNIQUE INDEX CONCURRENTLY mended ON a (id);")]
    public async Task A_mended_migration_that_another_runner_is_at_work_on_is_waited_for(string mended)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = await InterruptAsync(database);
        await database.ExecuteAsync(
            "UPDATE mued_schema_history SET lease_until = clock_timestamp() + interval '1 hour', runner = 'the other'"
        );
        set.Write("0001_index.sql", mended);
        var recorded = new RecordedProgress();
        var report = await MigrationRunner.RunAsync(
            database.Settings,
            set.Options with
            {
                WaitTimeout = TimeSpan.FromSeconds(1),
            },
            recorded
        );
        Assert.Equal("WaitTimeout", report.Error!.ErrorId);
        Assert.Contains("the other", report.Error.Message, StringComparison.Ordinal);
        Assert.InRange(
            recorded.Messages.Count(message => message.StartsWith("0001_index waits for another runner", StringComparison.Ordinal)),
            1,
            3
        );

        await database.ExecuteAsync("UPDATE mued_schema_history SET lease_until = clock_timestamp() + interval '2 seconds'");
        Assert.Null((await RunAsync(database, set.Options)).Error);
    }

    [Fact]
    public async Task Many_runners_apply_a_migration_that_has_become_transactional_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = await InterruptAsync(database);
        set.Write("0001_index.sql", "CREATE TABLE once (id int); SELECT pg_sleep(0.2);");
        var reports = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RunAsync(database, set.Options)));
        Assert.All(reports, report => Assert.Null(report.Error));
        Assert.Equal(1, reports.Count(report => report.Migrations[0].Status == MigrationStatus.Applied));
    }

    [Fact]
    public async Task A_type_in_the_place_of_the_history_table_is_no_race()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TYPE mued_schema_history AS ENUM ('a')");
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
        var report = await RunAsync(database, set.Options);
        Assert.Equal(ExitCode.MigrationFailed, report.Error!.ExitCode);
        Assert.Contains("mued_schema_history", report.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_migration_that_changed_after_some_of_it_was_done_runs_whole_or_not_at_all()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "-- mued: transaction=none\nCREATE TABLE IF NOT EXISTS a (id int);\nSELECT 1/0;"));
        Assert.Equal("22012", (await RunAsync(database, set.Options)).Error!.SqlState);
        set.Write(
            "0001_a.sql",
            "-- mued: transaction=none\nCREATE TABLE IF NOT EXISTS first (id int);\nCREATE TABLE IF NOT EXISTS a (id int);\nSELECT 1;"
        );
        foreach (var options in new[] { set.Options, set.Options with { AcceptChanged = true } })
        {
            var error = await Assert.ThrowsAsync<MuedException>(() => RunAsync(database, options));
            Assert.Equal(("MigrationInterruptedChanged", ExitCode.Usage), (error.ErrorId, error.ExitCode));
            Assert.Equal(["a"], await database.ColumnAsync<string>(TablesSql));
        }

        Assert.Null((await RunAsync(database, set.Options with { Reapply = true })).Error);
        Assert.Equal(["a", "first"], await database.ColumnAsync<string>(TablesSql));
        Assert.Equal(
            "3 of 3",
            await database.ScalarAsync<string>("SELECT statements_done || ' of ' || statements FROM mued_schema_history")
        );
        Assert.Equal(RunStatus.Succeeded, (await RunAsync(database, set.Options with { Reapply = true })).Status);
        Assert.Equal(RunStatus.NothingToDo, (await RunAsync(database, set.Options)).Status);
    }

    [Fact]
    public async Task Another_history_table_may_be_named()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE SCHEMA \"Ops\"");
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
        await RunAsync(database, set.Options with { HistoryTable = "\"Ops\".\"it's history\"" });
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM \"Ops\".\"it's history\""));
        var status = await MigrationRunner.GetStatusAsync(
            database.Settings,
            set.Options with
            {
                HistoryTable = "\"Ops\".\"it's history\"",
            }
        );
        Assert.Equal(MigrationState.Applied, Assert.Single(status.Migrations).State);
    }

    [Fact]
    public async Task The_listing_tells_applied_pending_changed_missing_and_excluded()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "SELECT 1;"), ("0002_b.sql", "SELECT 2;"), ("0003_c.sql", "SELECT 3;"));
        await RunAsync(database, set.Options);
        set.Write("0002_b.sql", "SELECT 22;");
        File.Delete(set.FileOf("0003_c.sql"));
        set.Write("0004_d.sql", "SELECT 4;");
        set.Write("0005_e.sql", "SELECT 5;");
        var status = await MigrationRunner.GetStatusAsync(database.Settings, set.Options with { Exclude = ["0005*"] });
        Assert.Equal(
            [
                ("0001_a", MigrationState.Applied),
                ("0002_b", MigrationState.Changed),
                ("0004_d", MigrationState.Pending),
                ("0005_e", MigrationState.Excluded),
                ("0003_c", MigrationState.Missing),
            ],
            status.Migrations.Select(migration => (migration.Name, migration.State))
        );
    }

    [Fact]
    public async Task Many_runners_apply_each_migration_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet([
            .. Enumerable.Range(1, 20).Select(i => ($"{i:0000}_t.sql", $"CREATE TABLE t{i} (id int); INSERT INTO t{i} VALUES (1);")),
        ]);
        var reports = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RunAsync(database, set.Options)));
        Assert.All(reports, report => Assert.Null(report.Error));
        Assert.Equal(20, await database.ScalarAsync<long>("SELECT count(*) FROM mued_schema_history"));
        Assert.Equal(20, reports.Sum(report => report.Migrations.Count(migration => migration.Status == MigrationStatus.Applied)));
    }

    [Fact]
    public async Task A_cancelled_run_ends_its_statement_and_leaves_no_row()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"), ("0002_slow.sql", "SELECT pg_sleep(3600);"));
        using var cancel = new CancellationTokenSource();
        var run = RunAsync(database, set.Options, cancel.Token);
        await Eventually.TrueAsync(async () =>
            await database.ScalarAsync<long>(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
            ) == 1
        );
        await cancel.CancelAsync();
        var report = await run;
        Assert.Equal(ExitCode.Cancelled, report.Error!.ExitCode);
        Assert.Equal([MigrationStatus.Applied, MigrationStatus.Pending], report.Migrations.Select(migration => migration.Status));
        Assert.Equal(
            0,
            await database.ScalarAsync<long>(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
            )
        );
        Assert.Equal(["0001_a"], await database.ColumnAsync<string>("SELECT migration FROM mued_schema_history"));
    }

    [Fact]
    public async Task A_lock_that_another_session_keeps_is_waited_for_in_short_tries_and_its_holder_is_named()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE busy (id int)");
        await using var holder = await database.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (
            var command = new Npgsql.NpgsqlCommand("SET LOCAL application_name = 'the reader'; SELECT * FROM busy", holder, transaction)
        )
            await command.ExecuteNonQueryAsync();
        using var set = new MigrationSet(("0001_alter.sql", "ALTER TABLE busy ADD COLUMN name text;"));
        var progress = new RecordedProgress();
        var run = MigrationRunner.RunAsync(database.Settings, set.Options with { LockTimeout = TimeSpan.FromSeconds(1) }, progress);
        await Eventually.TrueAsync(() =>
            run.IsCompleted || progress.Messages.Any(message => message.Contains("lock timeout", StringComparison.Ordinal))
        );
        await transaction.RollbackAsync();
        var report = await run;
        Assert.Null(report.Error);
        var attempts = Assert.Single(report.Migrations).Attempts;
        Assert.NotEmpty(attempts);
        Assert.All(attempts, attempt => Assert.Equal("55P03", attempt.SqlState));
        var blocker = attempts.SelectMany(attempt => attempt.Blockers).First();
        Assert.Equal(("the reader", holder.ProcessID, "public.busy"), (blocker.ApplicationName, blocker.Pid, blocker.Relation));
        Assert.Contains("AccessShareLock", blocker.LockModes);
    }

    [Fact]
    public async Task A_locked_history_is_waited_for_no_longer_than_the_wait_timeout_and_its_holder_is_named()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
        Assert.Null((await RunAsync(database, set.Options)).Error);
        await using var holder = await database.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (
            var command = new NpgsqlCommand("SET LOCAL application_name = 'the clerk'; LOCK TABLE mued_schema_history", holder, transaction)
        )
            await command.ExecuteNonQueryAsync();
        var options = set.Options with { LockTimeout = TimeSpan.FromSeconds(2), WaitTimeout = TimeSpan.FromSeconds(8) };
        var error = await Assert.ThrowsAsync<MuedException>(() => RunAsync(database, options));
        Assert.Equal(("WaitTimeout", ExitCode.MigrationFailed), (error.ErrorId, error.ExitCode));
        Assert.Contains($"pid {holder.ProcessID} (the clerk)", error.Message, StringComparison.Ordinal);
        var run = RunAsync(database, options with { WaitTimeout = TimeSpan.FromMinutes(1) });
        await Eventually.TrueAsync(() =>
            database.ScalarAsync<bool>(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'public.mued_schema_history'::regclass)"
            )
        );
        Assert.False(run.IsCompleted);
        await transaction.RollbackAsync();
        Assert.Equal(RunStatus.NothingToDo, (await run).Status);
    }

    private const string TablesSql =
        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'mued_schema_history' ORDER BY 1";

    /// <summary>Leaves a non-transactional migration that is interrupted before its first statement, and one behind it.</summary>
    private static async Task<MigrationSet> InterruptAsync(TestDatabase database)
    {
        await database.ExecuteAsync("CREATE TABLE a (id int); INSERT INTO a VALUES (1), (1)");
        var set = new MigrationSet(
            ("0001_index.sql", "CREATE UNIQUE INDEX CONCURRENTLY a_id ON a (id);"),
            ("0002_b.sql", "CREATE TABLE b (id int);")
        );
        Assert.Equal("23505", (await RunAsync(database, set.Options)).Error!.SqlState);
        await database.ExecuteAsync("DELETE FROM a");
        return set;
    }

    private static Task<MigrationReport> RunAsync(
        TestDatabase database,
        MigrationOptions options,
        CancellationToken cancellationToken = default
    ) => MigrationRunner.RunAsync(database.Settings, options, null, cancellationToken);
}
