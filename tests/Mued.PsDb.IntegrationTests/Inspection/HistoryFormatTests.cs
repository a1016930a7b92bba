using Mued.PsDb.Inspection;
using Npgsql;

namespace Mued.PsDb.Tests;

/// <summary>The history in the formats that it has had and will have, and what of it the next run may rely on.</summary>
public class HistoryFormatTests
{
    /// <summary>The table as versions that knew format 1 made it, with a row of theirs.</summary>
    private const string First = """
        CREATE TABLE mued_schema_history (
            id               bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            migration        text        NOT NULL,
            version          text        NOT NULL,
            kind             text        NOT NULL,
            run_id           uuid        NOT NULL,
            text_sha256      text        NOT NULL,
            sql_sha256       text        NOT NULL,
            statements       integer     NOT NULL,
            statements_done  integer     NOT NULL DEFAULT 0,
            tool_version     text        NOT NULL,
            runner           text        NOT NULL,
            applied_by       text        NOT NULL DEFAULT current_user,
            started_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
            finished_at      timestamptz,
            lease_until      timestamptz,
            undone_at        timestamptz,
            undone_by        text
        );
        CREATE UNIQUE INDEX mued_schema_history_live ON mued_schema_history (migration) WHERE undone_at IS NULL;
        """;

    /// <summary>How they claim a migration.</summary>
    private const string FirstClaim = """
        INSERT INTO mued_schema_history (migration, version, kind, run_id, text_sha256, sql_sha256, statements, tool_version, runner, statements_done)
        VALUES ('0000_before', '0000', 'migration', gen_random_uuid(), 'x', 'x', 1, '1.0.0', 'host (1)', 1)
        """;

    private const string Shape =
        "SELECT string_agg(attname || CASE WHEN atthasdef THEN ' default' ELSE '' END, ', ' ORDER BY attname) FROM pg_attribute "
        + "WHERE attrelid = 'mued_schema_history'::regclass AND attnum > 0";

    [Fact]
    public async Task Format_1_is_read_as_it_is_and_brought_up_by_the_first_run_that_writes()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
        Assert.Null((await RunAsync(database, set)).Error);
        var made = await database.ScalarAsync<string>(Shape);
        await database.ExecuteAsync(
            $"DROP TABLE a, mued_schema_history; {First} {FirstClaim}; UPDATE mued_schema_history SET finished_at = now()"
        );
        var before = await database.CatalogAsync();

        Assert.Equal([MigrationState.Pending, MigrationState.Missing], await StatesAsync(database, set));
        Assert.Single((await MigrationPlanner.PreviewAsync(database.Settings, set.Options)).Migrations);
        Assert.Equal(before, await database.CatalogAsync());

        Assert.Null((await RunAsync(database, set)).Error);
        Assert.Equal(made, await database.ScalarAsync<string>(Shape));
        Assert.Equal([1, 2], await database.ColumnAsync<int>("SELECT format FROM mued_schema_history ORDER BY id"));
        Assert.Equal([MigrationState.Applied, MigrationState.Missing], await StatesAsync(database, set));
        Assert.Equal([0, 1], (await RowsAsync(database)).Select(row => row.TransactionIds.Count));
        Assert.Equal(RunStatus.NothingToDo, (await RunAsync(database, set)).Status);

        var error = await Assert.ThrowsAsync<PostgresException>(() =>
            database.ExecuteAsync(FirstClaim.Replace("0000", "0002", StringComparison.Ordinal))
        );
        Assert.Equal((PostgresErrorCodes.NotNullViolation, "format"), (error.SqlState, error.ColumnName));
    }

    [Fact]
    public async Task Many_runners_bring_it_up_once_and_wait_for_an_older_one_at_work()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int);"),
            ("0002_i.sql", "CREATE INDEX CONCURRENTLY i ON a (id);")
        );
        await database.ExecuteAsync(First);
        await using var older = await database.OpenAsync();
        await using var transaction = await older.BeginTransactionAsync();
        await using (var claim = new NpgsqlCommand(FirstClaim, older, transaction))
            await claim.ExecuteNonQueryAsync();
        var runs = Enumerable.Range(0, 4).Select(_ => RunAsync(database, set)).ToList();
        await Eventually.TrueAsync(() =>
            database.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock')")
        );
        Assert.DoesNotContain(runs, run => run.IsCompleted);
        await transaction.CommitAsync();
        Assert.All(await Task.WhenAll(runs), report => Assert.Null(report.Error));
        Assert.Equal(
            ["0000_before 1", "0001_a 2", "0002_i 2"],
            await database.ColumnAsync<string>("SELECT migration || ' ' || format FROM mued_schema_history ORDER BY 1")
        );
    }

    [Fact]
    public async Task A_role_that_may_not_bring_it_up_is_told_who_may()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
        var role = $"writer_{database.Name}";
        await database.ExecuteAsync(
            $"{First} CREATE ROLE {role} LOGIN PASSWORD 'x'; GRANT ALL ON mued_schema_history TO {role}; GRANT ALL ON SCHEMA public TO {role}"
        );
        try
        {
            var settings = database.Settings.WithCredential(role, "x");
            var report = await MigrationRunner.RunAsync(settings, set.Options);
            Assert.Equal(("HistoryUpgradeForbidden", "42501"), (report.Error!.ErrorId, report.Error.SqlState));
            Assert.Equal(MigrationStatus.Pending, report.Migrations[0].Status);
            Assert.False(await database.ScalarAsync<bool>("SELECT to_regclass('a') IS NOT NULL"));
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task A_newer_format_stops_every_command()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"), ("rollback_0001_a.sql", "DROP TABLE a;"));
        Assert.Null((await RunAsync(database, set)).Error);
        await database.ExecuteAsync("UPDATE mued_schema_history SET format = 3");
        var undo = new UndoOptions { Path = set.Path };
        foreach (
            var command in new Func<Task>[]
            {
                () => RunAsync(database, set),
                () => MigrationPlanner.PreviewAsync(database.Settings, set.Options),
                () => MigrationRunner.GetStatusAsync(database.Settings, set.Options),
                () => UndoRunner.PlanAsync(database.Settings, undo),
                () => UndoRunner.RunAsync(database.Settings, undo),
            }
        )
        {
            var error = await Assert.ThrowsAsync<MuedException>(command);
            Assert.Equal(("HistoryNewer", ExitCode.Usage), (error.ErrorId, error.ExitCode));
        }
    }

    [Theory]
    [InlineData("CREATE TABLE made (id int);")]
    [InlineData("-- mued: transaction=none\nCREATE TABLE made (id int);\nVACUUM;\nCREATE VIEW also AS SELECT 1;")]
    public async Task A_row_names_the_transactions_that_made_its_objects(string sql)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", sql));
        Assert.Null((await RunAsync(database, set)).Error);
        await ExpectAsync(madeBy: true);

        // What amends a row keeps them known.
        set.Write("0001_a.sql", sql.Replace("int", "integer", StringComparison.Ordinal));
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options with { AcceptChanged = true })).Error);
        await ExpectAsync(madeBy: true);

        // A copy, as a dump makes one: the numbers are those of another server.
        await database.ExecuteAsync("CREATE TABLE copy AS TABLE mued_schema_history; DELETE FROM mued_schema_history");
        await database.ExecuteAsync("INSERT INTO mued_schema_history OVERRIDING SYSTEM VALUE TABLE copy");
        await ExpectAsync(madeBy: false);

        async Task ExpectAsync(bool madeBy)
        {
            var known = (await RowsAsync(database))[0].TransactionIds.Select(id => (uint)id).ToHashSet();
            var made = await database.ColumnAsync<uint>("SELECT xmin FROM pg_class WHERE relname IN ('made', 'also')");
            Assert.NotEmpty(made);
            Assert.All(made, id => Assert.Equal(madeBy, known.Contains(id)));
        }
    }

    [Fact]
    public async Task A_baseline_names_none()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options with { Baseline = "0001" })).Error);
        var row = Assert.Single(await RowsAsync(database));
        Assert.Equal(("baseline", 0), (row.Kind, row.TransactionIds.Count));
    }

    private static async Task<IReadOnlyList<HistoryRow>> RowsAsync(TestDatabase database)
    {
        await using var connection = await database.OpenAsync();
        return (await DatabaseInspection.ReadAsync(connection, new("public.mued_schema_history"), [], [], null, default)).History;
    }

    private static async Task<IEnumerable<MigrationState>> StatesAsync(TestDatabase database, MigrationSet set) =>
        (await MigrationRunner.GetStatusAsync(database.Settings, set.Options)).Migrations.Select(migration => migration.State);

    private static Task<MigrationReport> RunAsync(TestDatabase database, MigrationSet set) =>
        MigrationRunner.RunAsync(database.Settings, set.Options);
}
