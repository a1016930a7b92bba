using System.Text.RegularExpressions;
using Npgsql;

namespace Mued.PsDb.Tests;

/// <summary>Where sequences stand is data: it goes into a backup and comes back.</summary>
public class SequenceTests
{
    private const string States =
        "SELECT string_agg(concat_ws(' ', name, last_value, is_called), ', ' ORDER BY name) FROM ("
        + "SELECT 'down' AS name, * FROM down UNION ALL SELECT 'Ticket', * FROM \"Ticket\" UNION ALL SELECT 'round', * FROM round"
        + " UNION ALL SELECT 'serial', * FROM a_id_seq UNION ALL SELECT 'identity', * FROM a_nr_seq UNION ALL SELECT 'late', * FROM users_no_seq) AS s";

    private const string Make = """
        CREATE SEQUENCE "Ticket"; CREATE SEQUENCE down INCREMENT -3; CREATE SEQUENCE round MAXVALUE 5 CYCLE;
        CREATE TABLE a (id serial, nr int GENERATED ALWAYS AS IDENTITY);
        ALTER TABLE users ADD no serial;
        """;

    [Fact]
    public async Task Every_sequence_that_goes_is_told_and_comes_back_to_where_it_stood()
    {
        using var set = new MigrationSet(
            ("0001_a.sql", Make),
            ("rollback_0001_a.sql", "DROP TABLE a; DROP SEQUENCE \"Ticket\", down, round; ALTER TABLE users DROP no;")
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.Database.ExecuteAsync(
            """
            SELECT setval('"Ticket"', 5000); SELECT setval('down', -7, false); SELECT nextval('round') FROM generate_series(1, 7); SELECT setval('users_no_seq', 9);
            INSERT INTO a SELECT FROM generate_series(1, 100); DELETE FROM a;
            """
        );
        var before = await scene.Database.ScalarAsync<string>(States);
        var plan = await UndoRunner.PlanAsync(scene.Settings, scene.Options with { BackupPath = null });
        Assert.Equal(
            [
                new("public.\"Ticket\"", 5000, true),
                new("public.a_id_seq", 100, true),
                new("public.a_nr_seq", 100, true),
                new("public.down", -7, false),
                new("public.round", 2, true),
                new LostSequence("public.users_no_seq", 9, true),
            ],
            plan.Sequences
        );
        Assert.NotNull(plan.BackupPath);
        Assert.Equal(plan.Sequences, (await scene.UndoneAsync()).Sequences);
        await scene.MigrateAsync();
        var rehearsal = await BackupRestorer.RunAsync(scene.Settings, new() { Path = scene.BackupPath, DryRun = true });
        Assert.NotEqual(before, await scene.Database.ScalarAsync<string>(States));
        var report = await scene.RestoredAsync();
        Assert.Equal(rehearsal.Sequences, report.Sequences);
        Assert.All(report.Sequences, sequence => Assert.Equal(SequenceStatus.Restored, sequence.Status));
        Assert.Equal(before, await scene.Database.ScalarAsync<string>(States));
        Assert.Equal(5001, await scene.Database.ScalarAsync<long>("SELECT nextval('\"Ticket\"')"));
    }

    [Fact]
    public async Task Those_that_stay_and_that_scripts_set_back_come_forward_again_and_a_rehearsal_leaves_them()
    {
        const string states =
            "SELECT string_agg(concat_ws(' ', sequencename, last_value), ', ' ORDER BY sequencename) FROM pg_sequences WHERE schemaname = 'public' AND sequencename NOT LIKE 'mued%'";
        using var set = new MigrationSet(
            ("0001_a.sql", "ALTER TABLE kept ADD m int"),
            (
                "rollback_0001_a.sql",
                """
                ALTER TABLE kept DROP m; TRUNCATE kept RESTART IDENTITY; ALTER SEQUENCE again RESTART; ALTER SEQUENCE unused RESTART; ALTER SEQUENCE fresh RESTART; SELECT setval('"by Name"', 1);
                DO $$ BEGIN PERFORM setval(pg_get_serial_sequence('public.more', 'id'), 2, false), setval('down', -2), setval('up', 90); END $$; SELECT nextval('steps');
                """
            )
        );
        await using var scene = await UndoScene.CreateAsync(migrate: false, migrations: set.Path);
        await scene.Database.ExecuteAsync(
            """
            CREATE TABLE kept (id serial PRIMARY KEY); INSERT INTO kept SELECT FROM generate_series(1, 9); DELETE FROM kept WHERE id > 7;
            CREATE TABLE more (id int GENERATED ALWAYS AS IDENTITY); INSERT INTO more SELECT FROM generate_series(1, 30);
            CREATE SEQUENCE again START 5; CREATE SEQUENCE "by Name"; CREATE SEQUENCE down INCREMENT -2; CREATE SEQUENCE up; CREATE SEQUENCE steps; CREATE SEQUENCE unused; CREATE SEQUENCE fresh START 7;
            SELECT setval('again', 50), setval('"by Name"', 60), setval('down', -70), setval('up', 80), setval('steps', 10), setval('unused', 5000, false);
            """
        );
        await scene.MigrateAsync();
        var before = await scene.Database.ScalarAsync<string>(states);
        LostSequence[] back =
        [
            new("public.again", 50, true),
            new("public.\"by Name\"", 60, true),
            new("public.down", -70, true),
            new("public.kept_id_seq", 9, true),
            new("public.more_id_seq", 30, true),
            new("public.unused", 5000, false),
        ];
        Assert.Equal(back, (await UndoRunner.PlanAsync(scene.Settings, scene.Options)).Sequences);
        Assert.Equal(back, (await scene.UndoAsync(scene.Options with { DryRun = true })).Sequences);
        Assert.Equal(WithoutSteps(before), WithoutSteps(await scene.Database.ScalarAsync<string>(states)));
        Assert.Equal(back.Length, (await scene.UndoneAsync()).Sequences.Count);
        Assert.Contains("by Name 1,", await scene.Database.ScalarAsync<string>(states), StringComparison.Ordinal);
        await scene.MigrateAsync();
        Assert.All((await scene.RestoredAsync()).Sequences, sequence => Assert.Equal(SequenceStatus.Restored, sequence.Status));
        Assert.Equal(
            WithoutSteps(before).Replace("up 80", "up 90", StringComparison.Ordinal),
            WithoutSteps(await scene.Database.ScalarAsync<string>(states))
        );

        Assert.Equal(5000, await scene.Database.ScalarAsync<long>("SELECT nextval('unused')"));

        // What gives out numbers goes on, in a rehearsal too.
        static string WithoutSteps(string text) => Regex.Replace(text, @"steps \d+", "");
    }

    [Fact]
    public async Task A_rehearsal_leaves_a_sequence_that_a_script_finds_by_a_search_path_of_its_own()
    {
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int)"),
            ("rollback_0001_a.sql", "DROP TABLE a; SET search_path = elsewhere; SELECT setval('far', 1);")
        );
        await using var scene = await UndoScene.CreateAsync(migrate: false, migrations: set.Path);
        await scene.Database.ExecuteAsync("CREATE SCHEMA elsewhere; CREATE SEQUENCE elsewhere.far; SELECT setval('elsewhere.far', 70)");
        await scene.MigrateAsync();
        Assert.Equal([new("elsewhere.far", 70, true)], (await scene.UndoAsync(scene.Options with { DryRun = true })).Sequences);
        Assert.Equal(70L, await scene.Database.ScalarAsync<long>("SELECT last_value FROM elsewhere.far"));
    }

    private const string Setters = """
        CREATE TABLE kept (id serial PRIMARY KEY); INSERT INTO kept SELECT FROM generate_series(1, 9); CREATE TABLE more (id serial);
        CREATE SEQUENCE named; CREATE SEQUENCE x_1; CREATE SEQUENCE x_2 INCREMENT -2; CREATE SEQUENCE later START 100; CREATE SEQUENCE forward; CREATE SEQUENCE runs;
        SELECT setval('named', 40), setval('x_1', 50), setval('x_2', -60, false), setval('later', 50), setval('forward', 80);
        CREATE FUNCTION by_name() RETURNS bigint LANGUAGE sql AS $$ SELECT setval('named', 1) $$;
        CREATE FUNCTION through() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN public.By_Name (); END $$;
        CREATE PROCEDURE by_prefix(prefix text) LANGUAGE plpgsql AS $$
            DECLARE s record;
            BEGIN
                FOR s IN SELECT * FROM pg_sequences WHERE starts_with(sequencename, prefix) LOOP
                    PERFORM setval(s.sequencename::regclass, s.start_value, false);
                END LOOP;
                ALTER SEQUENCE later RESTART WITH 5; ALTER SEQUENCE forward RESTART WITH 90;
            END $$;
        CREATE FUNCTION by_trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM setval(pg_get_serial_sequence(TG_TABLE_NAME, 'id'), 1); RETURN NULL; END $$;
        CREATE TRIGGER t AFTER DELETE ON kept EXECUTE FUNCTION by_trigger();
        """;

    private const string Standing =
        "SELECT concat_ws(', ', (SELECT last_value || ' ' || is_called FROM kept_id_seq), (SELECT last_value || ' ' || is_called FROM later),"
        + " (SELECT last_value || ' ' || is_called FROM named), (SELECT last_value || ' ' || is_called FROM x_1), (SELECT last_value || ' ' || is_called FROM x_2))";

    [Fact]
    public async Task Those_that_functions_set_back_are_told_and_a_rehearsal_leaves_them()
    {
        using var set = new MigrationSet(
            ("0001_a.sql", "ALTER TABLE kept ADD m int"),
            (
                "rollback_0001_a.sql",
                "ALTER TABLE kept DROP m; SELECT through(); CALL by_prefix('x_'); DELETE FROM kept; INSERT INTO more DEFAULT VALUES;"
            )
        );
        await using var scene = await UndoScene.CreateAsync(migrate: false, migrations: set.Path);
        await scene.Database.ExecuteAsync(
            $"""
            DO $$ BEGIN FOR n IN 1..250 LOOP EXECUTE 'CREATE SEQUENCE n_' || n; END LOOP; END $$;
            ALTER DATABASE {scene.Database.Name} SET standard_conforming_strings = off;
            """ + Setters
        );
        await scene.MigrateAsync();
        var before = await scene.Database.ScalarAsync<string>(Standing);
        LostSequence[] back =
        [
            new("public.kept_id_seq", 9, true),
            new("public.later", 50, true),
            new("public.named", 40, true),
            new("public.x_1", 50, true),
            new("public.x_2", -60, false),
        ];
        await using (var dropping = await scene.Database.OpenAsync())
        {
            // What another session is dropping is not waited for.
            await using var drop = new NpgsqlCommand("BEGIN; DROP SEQUENCE n_7", dropping);
            await drop.ExecuteNonQueryAsync();
            var plan = await UndoRunner.PlanAsync(
                scene.Settings,
                scene.Options with
                {
                    LockTimeout = TimeSpan.FromSeconds(1),
                    MaxAttempts = 1,
                }
            );
            Assert.Equal(back, plan.Sequences);

            // The one whose name a function has is held from the beginning; the others are put forward afterwards.
            var warning = Assert.Single(plan.Warnings, warning => warning.Contains("public.x_1", StringComparison.Ordinal));
            Assert.DoesNotContain("public.named", warning, StringComparison.Ordinal);
        }

        Assert.Equal(back, (await scene.UndoAsync(scene.Options with { DryRun = true })).Sequences);
        Assert.Equal(before, await scene.Database.ScalarAsync<string>(Standing));
        Assert.Equal(back, (await scene.UndoneAsync()).Sequences);
        Assert.NotEqual(before, await scene.Database.ScalarAsync<string>(Standing));
        await scene.MigrateAsync();
        Assert.All((await scene.RestoredAsync()).Sequences, sequence => Assert.Equal(SequenceStatus.Restored, sequence.Status));
        Assert.Equal(before, await scene.Database.ScalarAsync<string>(Standing));
    }

    [Fact]
    public async Task One_that_only_goes_on_is_not_told()
    {
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id serial)"),
            ("rollback_0001_a.sql", "DROP TABLE a; INSERT INTO kept DEFAULT VALUES; SELECT nextval('x')")
        );
        await using var scene = await UndoScene.CreateAsync(migrate: false, migrations: set.Path);
        await scene.Database.ExecuteAsync("CREATE TABLE kept (id serial); CREATE SEQUENCE x");
        await scene.MigrateAsync();
        var plan = await UndoRunner.PlanAsync(scene.Settings, scene.Options);
        Assert.Equal(["public.a_id_seq"], plan.Sequences.Select(sequence => sequence.Name));
        Assert.Empty(plan.Warnings);
    }

    [Theory]
    [InlineData("CALL by_prefix('x_1'); DROP SEQUENCE x_1", "public.x_1", 50)]
    [InlineData("DELETE FROM kept; DROP TABLE kept", "public.kept_id_seq", 9)]
    [InlineData("DELETE FROM kept; TRUNCATE kept RESTART IDENTITY", "public.kept_id_seq", 9)]
    public async Task One_that_is_set_back_and_then_goes_or_restarts_is_told_and_a_rehearsal_leaves_it(string sql, string name, long stood)
    {
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a ()"), ("rollback_0001_a.sql", $"DROP TABLE a; {sql};"));
        await using var scene = await UndoScene.CreateAsync(migrate: false, migrations: set.Path);
        await scene.Database.ExecuteAsync(Setters);
        await scene.MigrateAsync();
        var before = await scene.Database.ScalarAsync<string>(Standing);
        var rehearsed = await scene.UndoAsync(scene.Options with { DryRun = true });
        Assert.Equal(before, await scene.Database.ScalarAsync<string>(Standing));
        foreach (var report in new[] { rehearsed, await scene.UndoneAsync() })
        {
            Assert.Contains(new(name, stood, true), report.Sequences);
            Assert.Contains(report.Warnings, warning => warning.Contains(name, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task One_that_a_prepared_transaction_drops_is_not_waited_for()
    {
        await using var sandbox = await SandboxServer.StartAsync(
            new() { Settings = new Dictionary<string, string> { ["max_prepared_transactions"] = "1" } }
        );
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a ()"),
            ("rollback_0001_a.sql", "DROP TABLE a; SELECT setval('b', 1)")
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path, server: TestServer.Of(sandbox));
        await scene.Database.ExecuteAsync("CREATE SEQUENCE going; CREATE SEQUENCE b");
        await using (var dropping = await scene.Database.OpenAsync())
        {
            await using var drop = new NpgsqlBatch(dropping)
            {
                BatchCommands = { new("BEGIN"), new("DROP SEQUENCE going"), new("PREPARE TRANSACTION 'drop'") },
            };
            await drop.ExecuteNonQueryAsync();
        }

        await scene.UndoneAsync(scene.Options with { LockTimeout = TimeSpan.FromSeconds(1), MaxAttempts = 1 });
        await scene.Database.ExecuteAsync("ROLLBACK PREPARED 'drop'");
    }

    [Fact]
    public async Task One_that_a_script_could_set_and_does_not_set_back_is_free_while_rows_are_copied()
    {
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int)"),
            ("rollback_0001_a.sql", "DROP TABLE a; SELECT setval('up', 90);")
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.Database.ExecuteAsync("INSERT INTO a VALUES (1); CREATE SEQUENCE up START 70");
        long taken = 0;
        var report = await UndoRunner.RunAsync(scene.Settings, scene.Options, new Meanwhile("Running", () => taken = Take()), default);
        Assert.Null(report.Error);
        Assert.Equal(70, taken);
        Assert.Empty(report.Sequences);

        long Take() =>
            scene.Database.ScalarAsync<long>("SELECT nextval('up') FROM set_config('lock_timeout', '1s', false)").GetAwaiter().GetResult();
    }

    [Theory]
    [InlineData("SELECT 1 / 0")]
    [InlineData("SELECT 1 / (2 - nextval('runs'))")] // when it runs for the second time, in earnest
    public async Task A_script_that_fails_leaves_those_that_it_has_set_back(string failing)
    {
        using var set = new MigrationSet(
            ("0001_a.sql", "ALTER TABLE kept ADD m int"),
            ("rollback_0001_a.sql", $"ALTER TABLE kept DROP m; DELETE FROM kept; CALL by_prefix('x_'); {failing};")
        );
        await using var scene = await UndoScene.CreateAsync(migrate: false, migrations: set.Path);
        await scene.Database.ExecuteAsync(Setters);
        await scene.MigrateAsync();
        var before = await scene.Database.ScalarAsync<string>(Standing);
        var report = await scene.UndoAsync();
        Assert.Equal("22012", report.Error!.SqlState);
        Assert.Single(report.Warnings, warning => warning.Contains("public.kept_id_seq, public.x_1, public.x_2", StringComparison.Ordinal));
        Assert.Equal(before, await scene.Database.ScalarAsync<string>(Standing));
    }

    [Theory, InlineData(1), InlineData(3)]
    public async Task A_session_that_ends_when_it_has_set_one_back_does_not_hide_where_it_stood(int tries)
    {
        using var set = new MigrationSet(
            ("0001_a.sql", "ALTER TABLE kept ADD m int"),
            (
                "rollback_0001_a.sql",
                "ALTER TABLE kept DROP m; CALL by_prefix('x_1'); SELECT CASE nextval('runs') WHEN 1 THEN pg_terminate_backend(pg_backend_pid()) END"
            )
        );
        await using var scene = await UndoScene.CreateAsync(migrate: false, migrations: set.Path);
        await scene.Database.ExecuteAsync(Setters);
        await scene.MigrateAsync();
        var before = await scene.Database.ScalarAsync<string>(Standing);
        var report = await scene.UndoAsync(scene.Options with { MaxAttempts = tries });
        Assert.NotEmpty(report.Attempts);
        Assert.Single(report.Warnings, warning => warning.Contains("public.x_1", StringComparison.Ordinal));
        Assert.Equal(tries == 1, report.Error is not null);
        if (tries == 1)
            Assert.Equal(before, await scene.Database.ScalarAsync<string>(Standing));
        else
            Assert.Equal([new("public.later", 50, true), new("public.x_1", 50, true)], report.Sequences);
    }

    [Theory]
    [InlineData("SELECT, UPDATE", null)]
    [InlineData("SELECT", "UndoSequencesBack")]
    [InlineData("USAGE", null)]
    public async Task One_of_another_owner_is_put_forward_or_the_undo_says_what_is_to_be_done(string granted, string? error)
    {
        await using var other = await OtherOwner.CreateAsync("DROP TABLE a; SELECT set_back();", granted);
        var report = await other.UndoAsync(dryRun: true);
        Assert.Equal(error, report.Error?.ErrorId);
        if (error is not null)
        {
            Assert.Contains("setval('public.theirs'::regclass, (70), true)", report.Error!.Advice, StringComparison.Ordinal);
            return;
        }

        Assert.Contains(report.Warnings, warning => warning.Contains("public.theirs", StringComparison.Ordinal));
        if (granted == "USAGE")
            return;
        Assert.Equal(70, await other.StandsAsync());
        Assert.Equal([new("public.theirs", 70, true)], (await other.UndoAsync()).Sequences);
        await other.MigrateAsync();
        Assert.Null((await BackupRestorer.RunAsync(other.Settings, new() { Path = other.Scene.BackupPath })).Error);
        Assert.Equal(70, await other.StandsAsync());
    }

    [Fact]
    public async Task One_of_another_owner_that_cannot_be_put_forward_is_told_when_the_script_fails()
    {
        await using var other = await OtherOwner.CreateAsync("SELECT set_back(); SELECT 1 / 0;", "SELECT");
        var report = await other.UndoAsync();
        Assert.Equal("22012", report.Error!.SqlState);
        Assert.Contains(
            report.Warnings,
            warning => warning.Contains("setval('public.theirs'::regclass, (70), true)", StringComparison.Ordinal)
        );
    }

    [Theory, InlineData("1"), InlineData("1 / (2 - nextval('runs'))")]
    public async Task One_of_another_owner_that_goes_on_while_rows_are_copied_loses_no_number(string ending)
    {
        await using var other = await OtherOwner.CreateAsync($"DROP TABLE a; SELECT set_back(); SELECT {ending};", "SELECT, UPDATE");
        var goesOn = new Meanwhile(
            "Running",
            () => other.Scene.Database.ExecuteAsync("SELECT setval('theirs', 5000)").GetAwaiter().GetResult()
        );
        var report = await other.UndoAsync(progress: goesOn);
        if (ending != "1")
            Assert.Equal(("22012", 5000), (report.Error!.SqlState, await other.StandsAsync()));
        else
            Assert.Single(
                report.Warnings,
                warning => warning.Contains("setval('public.theirs'::regclass, (5000), true)", StringComparison.Ordinal)
            );
    }

    [Fact]
    public async Task A_sequence_never_goes_back_and_one_that_cannot_be_put_back_fails_the_restore()
    {
        using var set = new MigrationSet(
            ("0001_a.sql", Make),
            ("rollback_0001_a.sql", "DROP TABLE a; DROP SEQUENCE \"Ticket\", down, round; ALTER TABLE users DROP no;")
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.Database.ExecuteAsync(
            "SELECT setval('\"Ticket\"', 5000); SELECT setval('down', -30); SELECT setval('round', 5); INSERT INTO a SELECT FROM generate_series(1, 3)"
        );
        await scene.UndoneAsync();
        await scene.MigrateAsync();
        await scene.Database.ExecuteAsync(
            """
            DROP SEQUENCE "Ticket"; SELECT setval('down', -33); DROP SEQUENCE round; CREATE SEQUENCE round MAXVALUE 4; ALTER SEQUENCE a_nr_seq RENAME TO other;
            """
        );
        var report = await scene.RestoreAsync();
        Assert.Equal(("RestoreSequencesLeft", ExitCode.CheckFailed), (report.Error!.ErrorId, report.Error.ExitCode));
        Assert.Equal(
            [
                ("public.\"Ticket\"", SequenceStatus.Missing),
                ("public.a_id_seq", SequenceStatus.Restored),
                ("public.a_nr_seq", SequenceStatus.Restored),
                ("public.down", SequenceStatus.Ahead),
                ("public.round", SequenceStatus.OutOfBounds),
                ("public.users_no_seq", SequenceStatus.Restored),
            ],
            report.Sequences.Select(sequence => (sequence.Name, sequence.Status))
        );
        Assert.Equal(3, report.Loaded);
        Assert.Equal(4, await scene.Database.ScalarAsync<int>("INSERT INTO a DEFAULT VALUES RETURNING nr"));
        Assert.Equal(-36, await scene.Database.ScalarAsync<long>("SELECT nextval('down')"));
    }

    [Fact]
    public async Task No_number_is_given_out_between_its_copy_and_the_commit()
    {
        using var set = new MigrationSet(("0001_a.sql", "CREATE SEQUENCE a;"), ("rollback_0001_a.sql", "DROP SEQUENCE a;"));
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        using var stop = new CancellationTokenSource();
        long last = 0;
        var taker = Task.Run(async () =>
        {
            try
            {
                while (!stop.IsCancellationRequested)
                    last = await scene.Database.ScalarAsync<long>("SELECT nextval('a')");
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UndefinedTable or "XX000")
            {
                // It is gone; XX000 is for who waited for its lock meanwhile ("could not open relation with OID").
            }
        });
        await Eventually.TrueAsync(() => Volatile.Read(ref last) > 20);
        var undo = await scene.UndoneAsync();
        await stop.CancelAsync();
        await taker;
        Assert.Equal([new("public.a", last, true)], undo.Sequences);
    }

    /// <summary>Does something once, when a step is told.</summary>
    private sealed class Meanwhile(string step, Action act) : IProgress<RunProgress>
    {
        private bool done;

        public void Report(RunProgress value)
        {
            if (done || !value.Message.Contains(step, StringComparison.Ordinal))
                return;
            done = true;
            act();
        }
    }

    /// <summary>A role with a sequence of another, which its rollback script may set by a function.</summary>
    private sealed class OtherOwner(UndoScene scene, MigrationSet set, string role) : IAsyncDisposable
    {
        public UndoScene Scene => scene;

        public ConnectionSettings Settings => UndoScene.SettingsOf(scene.Database.Url.With(user: role, password: "x"));

        public static async Task<OtherOwner> CreateAsync(string script, string granted)
        {
            var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int)"), ("rollback_0001_a.sql", script));
            var scene = await UndoScene.CreateAsync(migrate: false, migrations: set.Path);
            var other = new OtherOwner(scene, set, "r" + scene.Database.Name);
            await scene.Database.ExecuteAsync(
                $"""
                CREATE ROLE {other.Role} LOGIN PASSWORD 'x'; GRANT CREATE ON SCHEMA public TO {other.Role}; CREATE SEQUENCE theirs; SELECT setval('theirs', 70);
                GRANT {granted} ON SEQUENCE theirs TO {other.Role}; CREATE SEQUENCE runs; GRANT USAGE ON SEQUENCE runs TO {other.Role};
                CREATE FUNCTION set_back() RETURNS bigint LANGUAGE sql SECURITY DEFINER RETURN setval('theirs', 1);
                """
            );
            await other.MigrateAsync();
            return other;
        }

        private string Role => role;

        public async Task MigrateAsync() => Assert.Null((await MigrationRunner.RunAsync(Settings, new() { Path = set.Path })).Error);

        public Task<UndoReport> UndoAsync(bool dryRun = false, IProgress<RunProgress>? progress = null) =>
            UndoRunner.RunAsync(Settings, scene.Options with { DryRun = dryRun }, progress, default);

        public Task<long> StandsAsync() => scene.Database.ScalarAsync<long>("SELECT last_value FROM theirs");

        public async ValueTask DisposeAsync()
        {
            await scene.Database.ExecuteAsync($"DROP OWNED BY {role} CASCADE; DROP ROLE {role}");
            await scene.DisposeAsync();
            set.Dispose();
        }
    }
}
