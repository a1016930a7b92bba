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
