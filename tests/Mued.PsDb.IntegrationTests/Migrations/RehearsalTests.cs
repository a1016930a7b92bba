using Npgsql;

namespace Mued.PsDb.Tests;

/// <summary>A dry run finds what COMMIT would find, and no more.</summary>
public class RehearsalTests
{
    private const string TablesSql = """
        CREATE TABLE a (x int PRIMARY KEY);
        CREATE TABLE b (x int REFERENCES a DEFERRABLE INITIALLY DEFERRED);

        """;

    [Fact]
    public async Task A_deferred_constraint_that_COMMIT_would_refuse_fails_the_dry_run()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", TablesSql + "INSERT INTO b VALUES (5);"), ("0002_b.sql", "SELECT 1;"));
        var report = await MigrationRunner.RunAsync(database.Settings, set.Options with { DryRun = true });
        Assert.Equal(("ForeignKeyViolation", "23503"), (report.Error?.ErrorId, report.Error?.SqlState));
        Assert.Equal(set.FileOf("0001_a.sql"), report.Error!.File);
        Assert.Equal([MigrationStatus.Failed, MigrationStatus.Pending], report.Migrations.Select(migration => migration.Status));
        Assert.False(await database.ScalarAsync<bool>("SELECT to_regclass('a') IS NOT NULL"));
    }

    [Fact]
    public async Task What_is_deferred_stays_deferred_for_the_next_file()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(
            ("0001_a.sql", TablesSql + "INSERT INTO b VALUES (5); INSERT INTO a VALUES (5);"),
            ("0002_alters.sql", "ALTER TABLE b ADD COLUMN y int;"),
            ("0003_defers.sql", "INSERT INTO b VALUES (6); INSERT INTO a VALUES (6);"),
            (
                "0004_makes.sql",
                "CREATE TABLE c (x int REFERENCES a DEFERRABLE INITIALLY DEFERRED); INSERT INTO c VALUES (7); INSERT INTO a VALUES (7);"
            ),
            (
                "0005_asks.sql",
                """
                CREATE TABLE d (x int CONSTRAINT once UNIQUE DEFERRABLE); INSERT INTO d VALUES (1), (2);
                SET CONSTRAINTS ALL DEFERRED; UPDATE d SET x = 3 - x; INSERT INTO d VALUES (1); DELETE FROM d WHERE ctid = '(0,1)' OR x = 1;
                """
            )
        );
        foreach (var dryRun in new[] { true, false })
        {
            var report = await MigrationRunner.RunAsync(database.Settings, set.Options with { DryRun = dryRun });
            Assert.True(report.Error is null, $"dry run {dryRun}: {report.Error}");
        }
    }

    [Fact]
    public async Task A_large_file_is_traced_in_several_flights_of_one_transaction()
    {
        const int Rows = 2500;
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE seen (x int)");
        var inserts = string.Concat(Enumerable.Range(1, Rows).Select(i => $"INSERT INTO made VALUES ({i});\n"));
        using var set = new MigrationSet(
            (
                "0001_large.sql",
                $"CREATE TABLE made (x int UNIQUE);\n{inserts}ALTER TABLE seen ADD COLUMN y int;\nSELECT 1 / (count(*) = {Rows})::int FROM made;"
            )
        );
        var report = await MigrationRunner.RunAsync(database.Settings, set.Options with { DryRun = true });
        Assert.True(report.Error is null, report.Error?.ToString());
        Assert.Equal(Enumerable.Range(1, Rows + 3), report.Migrations[0].Trace.Select(statement => statement.Line));
        Assert.Equal("public.seen", Assert.Single(report.Migrations[0].Trace[^2].Relations).Relation);

        using var failing = new MigrationSet(
            ("0001_large.sql", $"CREATE TABLE made (x int UNIQUE);\n{inserts}INSERT INTO made VALUES (1);")
        );
        report = await MigrationRunner.RunAsync(database.Settings, failing.Options with { DryRun = true });
        Assert.Equal(("23505", Rows + 2), (report.Error?.SqlState, report.Error?.Line));
    }

    [Fact]
    public async Task An_undo_that_COMMIT_would_refuse_fails_its_rehearsal()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(
            ("0001_a.sql", TablesSql + "INSERT INTO b VALUES (5); INSERT INTO a VALUES (5);"),
            ("rollback_0001_a.sql", "DELETE FROM a;")
        );
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options)).Error);
        var error = await Assert.ThrowsAsync<MuedException>(() =>
            UndoRunner.PlanAsync(database.Settings, new() { Path = set.Path, NoBackup = true })
        );
        Assert.Equal(PostgresErrorCodes.ForeignKeyViolation, error.SqlState);
    }
}
