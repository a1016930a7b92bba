using System.Text.RegularExpressions;

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
            catch (Npgsql.PostgresException e) when (e.SqlState is Npgsql.PostgresErrorCodes.UndefinedTable or "XX000")
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
}
