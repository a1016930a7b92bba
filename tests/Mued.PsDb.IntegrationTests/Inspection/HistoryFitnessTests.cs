using Mued.PsDb.Files;
using Mued.PsDb.Inspection;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Tests;

/// <summary>The history is checked, not trusted: an unfit one stops every command before anything is executed.</summary>
public class HistoryFitnessTests
{
    [Theory]
    [InlineData("DROP INDEX mued_schema_history_live", "HistoryIndexMissing", "CREATE UNIQUE INDEX")]
    [InlineData(
        "DROP INDEX mued_schema_history_live; CREATE INDEX mued_schema_history_live ON mued_schema_history (migration) WHERE undone_at IS NULL",
        "HistoryIndexMissing"
    )]
    [InlineData(
        "DROP INDEX mued_schema_history_live; CREATE UNIQUE INDEX ON mued_schema_history (migration) WHERE undone_at IS NULL AND version > '1'",
        "HistoryIndexMissing"
    )]
    [InlineData(
        "DROP INDEX mued_schema_history_live; UPDATE copied SET id = 100; INSERT INTO mued_schema_history OVERRIDING SYSTEM VALUE TABLE copied",
        "HistoryIndexMissing",
        "two rows"
    )]
    [InlineData("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'mued_schema_history_live'::regclass", "HistoryIndexMissing")]
    [InlineData(
        "CREATE TRIGGER \"Swallow\" BEFORE INSERT ON mued_schema_history FOR EACH ROW EXECUTE FUNCTION swallow()",
        "HistoryTriggers",
        "DISABLE TRIGGER \"Swallow\""
    )]
    [InlineData("CREATE RULE swallow AS ON UPDATE TO mued_schema_history DO INSTEAD NOTHING", "HistoryRules", "DISABLE RULE \"swallow\"")]
    [InlineData(
        "ALTER TABLE mued_schema_history ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        "HistoryRowSecurity",
        "DISABLE ROW LEVEL SECURITY"
    )]
    [InlineData("ALTER TABLE mued_schema_history DROP COLUMN runner", "HistoryColumns", "-HistoryTable")]
    [InlineData("ALTER TABLE mued_schema_history ALTER started_at DROP DEFAULT", "HistoryColumns")]
    [InlineData("ALTER TABLE mued_schema_history ALTER statements TYPE text", "HistoryColumns")]
    [InlineData(
        "ALTER TABLE mued_schema_history RENAME TO old; CREATE TABLE mued_schema_history AS TABLE old",
        "HistoryColumns",
        "pg_dump"
    )]
    [InlineData("DROP TABLE mued_schema_history; CREATE TABLE mued_schema_history (version bigint PRIMARY KEY)", "HistoryColumns")]
    [InlineData(
        "ALTER TABLE mued_schema_history ADD team text NOT NULL DEFAULT ''; ALTER TABLE mued_schema_history ALTER team DROP DEFAULT",
        "HistoryForeignColumns",
        "DROP NOT NULL"
    )]
    [InlineData("ALTER TABLE mued_schema_history SET UNLOGGED", "HistoryNotTable", "SET LOGGED")]
    [InlineData("CREATE TABLE more () INHERITS (mued_schema_history)", "HistoryNotTable")]
    [InlineData("ALTER TABLE mued_schema_history RENAME TO old; CREATE VIEW mued_schema_history AS TABLE old", "HistoryNotTable")]
    public async Task An_unfit_history_stops_every_command_and_the_advice_mends_it(string harm, string errorId, string advice = "")
    {
        await using var database = await TestDatabase.CreateAsync();
        var role = "owner_" + database.Name;
        await database.ExecuteAsync(
            $"""
            CREATE ROLE {role} LOGIN PASSWORD 'x'; GRANT ALL ON SCHEMA public TO {role};
            CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'
            """
        );
        try
        {
            var settings = database.Settings.WithCredential(role, "x");
            using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"), ("rollback_0001_a.sql", "DROP TABLE a;"));
            Assert.Null((await MigrationRunner.RunAsync(settings, set.Options)).Error);
            await database.ExecuteAsync("CREATE TABLE copied AS TABLE mued_schema_history");
            await database.ExecuteAsync($"{harm}; GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}");
            set.Write("0002_b.sql", "CREATE TABLE b (id int);");
            var undo = new UndoOptions { Path = set.Path };
            foreach (
                var command in new Func<Task>[]
                {
                    () => MigrationRunner.RunAsync(settings, set.Options),
                    () => MigrationRunner.RunAsync(settings, set.Options with { DryRun = true }),
                    () => MigrationPlanner.PreviewAsync(settings, set.Options),
                    () => MigrationRunner.GetStatusAsync(settings, set.Options),
                    () => UndoRunner.RunAsync(settings, undo),
                }
            )
            {
                var error = await Assert.ThrowsAsync<MuedException>(command);
                Assert.Equal((errorId, ExitCode.Usage), (error.ErrorId, error.ExitCode));
                Assert.Contains("public.mued_schema_history", error.Message, StringComparison.Ordinal);
                Assert.Contains(advice, error.Advice, StringComparison.Ordinal);
            }

            Assert.Equal((true, false), (await ThereAsync("a"), await ThereAsync("b")));
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {role} CASCADE; DROP ROLE {role}");
        }

        Task<bool> ThereAsync(string table) => database.ScalarAsync<bool>($"SELECT to_regclass('{table}') IS NOT NULL");
    }

    [Theory]
    [InlineData("ALTER TABLE mued_schema_history ADD team text, ADD note text NOT NULL DEFAULT ''")]
    [InlineData("CREATE INDEX ON mued_schema_history (version); ALTER INDEX mued_schema_history_live RENAME TO other")]
    [InlineData("ALTER TABLE mued_schema_history ENABLE ROW LEVEL SECURITY")]
    [InlineData(
        "CREATE TRIGGER t BEFORE INSERT ON mued_schema_history FOR EACH ROW EXECUTE FUNCTION swallow(); ALTER TABLE mued_schema_history DISABLE TRIGGER t"
    )]
    [InlineData("ALTER TABLE mued_schema_history ALTER format SET DEFAULT 1")]
    public async Task What_does_no_harm_is_left_alone(string change)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
        Assert.Null((await RunAsync(database, set)).Error);
        await database.ExecuteAsync("CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'");
        await database.ExecuteAsync(change);
        set.Write("0002_b.sql", "CREATE TABLE b (id int);");
        Assert.Null((await RunAsync(database, set)).Error);
        Assert.Equal(RunStatus.NothingToDo, (await RunAsync(database, set)).Status);
    }

    [Theory]
    [InlineData("DELETE FROM mued_schema_history")]
    [InlineData("UPDATE mued_schema_history SET undone_at = now()")]
    [InlineData("CREATE TRIGGER t BEFORE UPDATE ON mued_schema_history FOR EACH ROW EXECUTE FUNCTION swallow()")]
    [InlineData("CREATE RULE r AS ON UPDATE TO mued_schema_history DO INSTEAD NOTHING", "HistoryUnwritableAfter")]
    public async Task A_file_that_swallows_its_own_row_is_rolled_back(string sql, string errorId = "HistoryRowLost")
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'");
        using var set = new MigrationSet(("0001_a.sql", $"CREATE TABLE a (id int); {sql};"), ("0002_b.sql", "CREATE TABLE b (id int);"));
        var report = await RunAsync(database, set);
        Assert.Equal((errorId, ExitCode.MigrationFailed), (report.Error!.ErrorId, report.Error.ExitCode));
        Assert.Equal([MigrationStatus.Failed, MigrationStatus.Pending], report.Migrations.Select(migration => migration.Status));
        Assert.Empty(await database.ColumnAsync<string>("SELECT relname::text FROM pg_class WHERE relname IN ('a', 'b')"));
    }

    [Theory]
    [InlineData("CREATE TABLE b (id int);")]
    [InlineData("-- mued: transaction=none\nCREATE TABLE b (id int);")]
    public async Task A_file_that_swallows_the_rows_of_those_behind_it_stops_the_run_at_them(string sql)
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'");
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TRIGGER t BEFORE INSERT ON mued_schema_history FOR EACH ROW EXECUTE FUNCTION swallow();"),
            ("0002_b.sql", sql)
        );
        var report = await RunAsync(database, set);
        Assert.Equal("HistoryRowLost", report.Error!.ErrorId);
        Assert.Equal(MigrationStatus.Applied, report.Migrations[0].Status);
        Assert.False(await database.ScalarAsync<bool>("SELECT to_regclass('b') IS NOT NULL"));
    }

    [Fact]
    public async Task Whatever_writes_a_row_of_its_own_transaction_fails_where_the_row_is_swallowed()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "SELECT 1;"));
        Assert.Null((await RunAsync(database, set)).Error);
        await database.ExecuteAsync(
            """
            CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
            CREATE TRIGGER t BEFORE INSERT OR UPDATE ON mued_schema_history FOR EACH ROW EXECUTE FUNCTION swallow();
            """
        );
        var history = new HistoryTable(MigrationOptions.DefaultHistoryTable);
        var run = await database.ScalarAsync<Guid>("SELECT run_id FROM mued_schema_history");
        var old = MigrationFolder.Read(set.Path, [], allowDuplicateVersion: false).Files[0];
        var fresh = old with { Name = "0002_b" };
        await using var connection = await database.OpenAsync();
        foreach (
            var writing in new[]
            {
                history.Baseline(fresh, run),
                history.BeginLeased(fresh, run),
                history.AcceptChecksums(old),
                history.Journal(old, run, 1),
                history.FinishLeased(old, run),
                history.Finish(old, "took"),
            }
        )
        {
            var error = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync([writing], default));
            Assert.Equal(HistoryTable.RowLost, error.SqlState);
        }
    }

    [Theory]
    [InlineData("NULL", 1, "NothingToDo")]
    [InlineData("NULL", 0, "Succeeded")]
    [InlineData("clock_timestamp() - interval '1 s'", 0, "Succeeded")]
    public async Task Nobody_is_waited_for_where_nobody_is_at_work(string lease, int done, string outcome)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE IF NOT EXISTS a (id int);"));
        Assert.Null((await RunAsync(database, set)).Error);
        await database.ExecuteAsync($"UPDATE mued_schema_history SET finished_at = NULL, lease_until = {lease}, statements_done = {done}");
        await database.ExecuteAsync("DROP TABLE a");
        var report = await MigrationRunner.RunAsync(database.Settings, set.Options with { WaitTimeout = TimeSpan.Zero });
        Assert.True(report.Error is null, $"{report.Error}");
        Assert.Equal(outcome == "Succeeded", await database.ScalarAsync<bool>("SELECT to_regclass('a') IS NOT NULL"));
        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM mued_schema_history WHERE finished_at IS NOT NULL"));
    }

    private static Task<MigrationReport> RunAsync(TestDatabase database, MigrationSet set) =>
        MigrationRunner.RunAsync(database.Settings, set.Options);
}
