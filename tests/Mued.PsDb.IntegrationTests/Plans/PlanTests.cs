using Mued.PsDb.Inspection;
using Mued.PsDb.Tests.Cli;
using Npgsql;

namespace Mued.PsDb.Tests.Plans;

public class PlanTests
{
    private const string Tables =
        "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (id int); CREATE TABLE other (id int); INSERT INTO t VALUES (1)";

    private const string InBlock = "DO $$ BEGIN ALTER FUNCTION touch() RENAME TO touch2; EXCEPTION WHEN division_by_zero THEN END $$";

    // What happens between the plan and its run, and what of it is told.
    private static readonly Dictionary<string, (Func<TestDatabase, MigrationSet, Task> Change, string Told)> Changes = new()
    {
        ["another statement"] = (Write("2_b.sql", "ALTER TABLE u ADD other int"), "the file of 2_b has changed"),
        ["another comment"] = (Write("2_b.sql", "ALTER TABLE u ADD note text -- harmless"), "the file of 2_b has changed"),
        ["another file"] = (Write("3_c.sql", "SELECT 3"), "3_c is new in the folder"),
        ["a file less"] = (Delete("2_b.sql"), "the file of 2_b is gone"),
        ["a later version applied"] = (ApplyOtherAsync, "9_z was applied by"),
        ["a row of the history gone"] = (Sql("DELETE FROM mued_schema_history"), "0_base is no longer applied"),
        ["a column"] = (Sql("ALTER TABLE t ADD extra int"), "column public.t.extra is new"),
        ["a type"] = (Sql("ALTER TABLE u ALTER id TYPE bigint"), "column public.u.id was "),
        ["an index"] = (Sql("CREATE INDEX new_one ON u (id)"), "new_one"),
        ["a constraint"] = (Sql("ALTER TABLE t DROP CONSTRAINT t_pkey"), "t_pkey"),
        ["a table"] = (Sql("DROP TABLE u"), "table public.u is gone"),
    };

    public static TheoryData<string> Names => [.. Changes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_has_changed_since_is_named_and_nothing_is_run(string name)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = await SetAsync(database);
        var plan = await PlanAsync(database, set.Options);
        await Changes[name].Change(database, set);
        var before = await database.CatalogAsync();

        var error = await Assert.ThrowsAsync<MuedException>(() => MigrationRunner.RunAsync(database.Settings, set.Options.HeldTo(plan)));
        Assert.Equal(("PlanOutdated", ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Contains(Changes[name].Told, error.Message, StringComparison.Ordinal);
        Assert.Equal(
            error.ErrorId,
            (
                await Assert.ThrowsAsync<MuedException>(() => MigrationPlanner.PreviewAsync(database.Settings, set.Options.HeldTo(plan)))
            ).ErrorId
        );
        Assert.Equal(before, await database.CatalogAsync());
    }

    [Theory]
    [InlineData("ALTER TABLE t ADD extra int", "column public.t.extra is new")]
    [InlineData("CREATE INDEX new_one ON t (id)", "new_one")]
    [InlineData("ALTER TABLE t ADD extra int", "column public.t.extra is new", "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;")]
    [InlineData("DROP TABLE t", "table public.t is gone")]
    public async Task What_another_session_changes_while_the_run_waits_for_its_lock_is_found_under_it(
        string change,
        string told,
        string first = ""
    )
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = await SetAsync(database);
        set.Write("1_a.sql", first + "ALTER TABLE t ADD note text");
        var plan = await PlanAsync(database, set.Options);
        var run = await RunBehindAsync(database, set, plan, change);
        Assert.Equal(("PlanOutdatedUnderLock", ExitCode.MigrationFailed), (run.Error?.ErrorId, run.Error?.ExitCode));
        Assert.Contains(told, run.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(
            [MigrationStatus.Skipped, MigrationStatus.Pending, MigrationStatus.Pending],
            run.Migrations.Select(migration => migration.Status)
        );
        Assert.Empty(await database.ColumnAsync<string>("SELECT attname::text FROM pg_attribute WHERE attname = 'note'"));

        // Another run finds it before its first statement.
        Assert.Equal("PlanOutdated", (await Assert.ThrowsAsync<MuedException>(() => RunAsync(database, set, plan))).ErrorId);
    }

    [Fact]
    public async Task What_changes_no_definition_while_the_run_waits_does_not_stop_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = await SetAsync(database);
        set.Write("3_c.sql", "ALTER TABLE t ADD again text; CREATE TABLE v (id int REFERENCES t)");
        var plan = await PlanAsync(database, set.Options);
        var run = await RunBehindAsync(database, set, plan, "LOCK TABLE t; GRANT SELECT ON t TO PUBLIC; UPDATE t SET id = 2");
        Assert.Equal((RunStatus.Succeeded, null), (run.Status, run.Error));
    }

    [Theory]
    [InlineData("ALTER INDEX t_k RENAME TO t_k2")]
    [InlineData("ALTER FUNCTION touch() RENAME TO touch2")]
    [InlineData("ALTER TYPE mood RENAME TO mood2")]
    [InlineData("SAVEPOINT s; ALTER INDEX t_k RENAME TO t_k2; RELEASE SAVEPOINT s")]
    [InlineData("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;" + InBlock)]
    public async Task What_the_plan_itself_changed_of_a_table_without_locking_it_stops_neither_its_run_nor_the_next(string change)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = await SetOfUnlockedAsync(database, change);
        var plan = await PlanAsync(database, set.Options);
        Assert.DoesNotContain("public.t", plan.Migrations[1].Impacts.Select(impact => impact.Relation));
        await database.ExecuteAsync("INSERT INTO t VALUES (5)");
        var failed = await RunAsync(database, set, plan);
        Assert.Equal(("23514", MigrationStatus.Applied), (failed.Error?.SqlState, failed.Migrations[1].Status));

        await database.ExecuteAsync("DELETE FROM t WHERE id = 5");
        var run = await RunAsync(database, set, plan);
        Assert.Equal((RunStatus.Succeeded, null), (run.Status, run.Error));
    }

    [Theory]
    [InlineData("ALTER INDEX t_k RENAME TO t_k2")]
    [InlineData(InBlock)]
    public async Task What_another_changes_behind_it_of_a_table_that_the_plan_itself_changed_without_locking_it_is_found(string change)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = await SetOfUnlockedAsync(database, change);
        var plan = await PlanAsync(database, set.Options);
        await database.ExecuteAsync("INSERT INTO t VALUES (5)");
        Assert.Equal("23514", (await RunAsync(database, set, plan)).Error?.SqlState);
        await database.ExecuteAsync("ALTER TABLE t ADD extra int");
        var error = await Assert.ThrowsAsync<MuedException>(() => RunAsync(database, set, plan));
        Assert.Contains("column public.t.extra is new", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_only_refer_to_a_table_runs_a_plan_that_locks_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = await SetAsync(database);
        set.Write("1_a.sql", "CREATE TABLE v (id int REFERENCES t)");
        File.Delete(set.FileOf("2_b.sql"));
        var role = $"{database.Name}_role";
        await database.ExecuteAsync(
            $"""
            CREATE ROLE {role} LOGIN PASSWORD 'secret'; GRANT CREATE, USAGE ON SCHEMA public TO {role};
            GRANT REFERENCES ON t TO {role}; GRANT ALL ON mued_schema_history TO {role}
            """
        );
        try
        {
            var settings = database.Settings.WithCredential(role, "secret");
            var report = await MigrationPlanner.RunAsync(settings, set.Options);
            Assert.Null(report.Error);
            Assert.Contains("public.t", report.Migrations[1].Impacts.Select(impact => impact.Relation));
            var run = await MigrationRunner.RunAsync(settings, set.Options.HeldTo(Written(report)));
            Assert.Equal((RunStatus.Succeeded, null), (run.Status, run.Error));
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task A_plan_tells_what_is_run_and_locked_and_its_run_does_that_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = await SetAsync(database);
        var before = await database.CatalogAsync();
        var report = await MigrationPlanner.RunAsync(database.Settings, set.Options with { Target = "1" });
        Assert.Equal(before, await database.CatalogAsync());
        Assert.Equal((RunStatus.Planned, null), (report.Status, report.Error));
        Assert.Equal(
            [("0_base", PlanAction.Skip), ("1_a", PlanAction.Apply), ("2_b", PlanAction.Defer)],
            report.Migrations.Select(item => (item.Name, item.Action))
        );
        var planned = report.Migrations[1];
        Assert.Equal("ALTER TABLE t ADD note text", planned.Sql);
        Assert.Equal(("public.t", "AccessExclusiveLock"), (Assert.Single(planned.Impacts).Relation, planned.Impacts[0].LockModes[^1]));
        Assert.Equal(("Target", "1", "stay pending: 2_b"), (report.Effects[0].Switch, report.Effects[0].Value, report.Effects[0].Effect));

        // Neither rows nor a table that nothing locked are what was approved.
        await database.ExecuteAsync("INSERT INTO t VALUES (2); ALTER TABLE other ADD extra int");
        var plan = Written(report);
        var run = await MigrationRunner.RunAsync(database.Settings, set.Options.HeldTo(plan));
        Assert.Equal((RunStatus.Succeeded, report.Checksum), (run.Status, run.Plan));
        Assert.Equal(
            [MigrationStatus.Skipped, MigrationStatus.Applied, MigrationStatus.Pending],
            run.Migrations.Select(migration => migration.Status)
        );
        Assert.Equal(RunStatus.NothingToDo, (await MigrationRunner.RunAsync(database.Settings, set.Options.HeldTo(plan))).Status);
    }

    [Fact]
    public async Task A_plan_that_was_begun_is_gone_on_with_as_long_as_the_rest_of_it_holds()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = await SetAsync(database);
        set.Write("2_b.sql", "ALTER TABLE u ADD UNIQUE (id)");
        var plan = await PlanAsync(database, set.Options);
        await database.ExecuteAsync("INSERT INTO u VALUES (1), (1)");
        Assert.Equal(
            [MigrationStatus.Skipped, MigrationStatus.Applied, MigrationStatus.Failed],
            (await RunAsync(database, set, plan)).Migrations.Select(migration => migration.Status)
        );

        await database.ExecuteAsync("DELETE FROM u; ALTER TABLE u ADD extra int");
        var error = await Assert.ThrowsAsync<MuedException>(() => RunAsync(database, set, plan));
        Assert.Contains("column public.u.extra is new", error.Message, StringComparison.Ordinal);

        await database.ExecuteAsync("ALTER TABLE u DROP extra");
        Assert.Equal(
            [MigrationStatus.Skipped, MigrationStatus.Skipped, MigrationStatus.Applied],
            (await RunAsync(database, set, plan)).Migrations.Select(migration => migration.Status)
        );
    }

    [Fact]
    public async Task A_plan_is_for_one_database()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = await SetAsync(database);
        var plan = await PlanAsync(database, set.Options);
        await using var copy = await TestDatabase.CopyAsync(database);
        var error = await Assert.ThrowsAsync<MuedException>(() => RunAsync(copy, set, plan));
        Assert.Equal(("PlanOfOtherDatabase", ExitCode.Usage), (error.ErrorId, error.ExitCode));

        // Where no cluster can be told, the place must do.
        var (here, there) = (plan.Database with { SystemIdentifier = null }, plan.Database with { Target = "me@elsewhere:5432/app" });
        Assert.True(DatabaseIdentity.Certain(here, plan.Database));
        Assert.False(DatabaseIdentity.Certain(here, there));
        Assert.False(DatabaseIdentity.Certain(plan.Database, plan.Database with { SystemIdentifier = "1" }));
    }

    [Fact]
    public async Task A_statement_that_fails_in_the_rehearsal_is_on_the_plan_which_cannot_be_run()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = await SetAsync(database);
        set.Write("1_a.sql", "ALTER TABLE nowhere ADD note text");
        var report = await MigrationPlanner.RunAsync(database.Settings, set.Options);
        Assert.Equal((RunStatus.Failed, "42P01"), (report.Status, report.Error!.SqlState));
        Assert.Equal("PlanFailed", (await Assert.ThrowsAsync<MuedException>(() => RunAsync(database, set, Written(report)))).ErrorId);
    }

    [Fact]
    public async Task What_cannot_run_in_a_transaction_is_planned_and_a_second_run_goes_on_behind_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = await SetAsync(database);
        set.Write("1_a.sql", "CREATE INDEX CONCURRENTLY t_note ON t (id)");
        set.Write("2_b.sql", "ALTER TABLE t ADD UNIQUE (id)");
        var plan = await PlanAsync(database, set.Options);
        Assert.False(plan.Migrations[1].Rehearsed);
        Assert.Equal(RunStatus.Succeeded, (await RunAsync(database, set, plan)).Status);
        Assert.Equal(RunStatus.NothingToDo, (await RunAsync(database, set, plan)).Status);
    }

    [Fact]
    public async Task The_sandbox_adds_its_findings()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = await SetAsync(database);
        set.Write("2_b.sql", "ALTER TABLE u RENAME TO v");
        var report = await MigrationPlanner.RunAsync(database.Settings, set.Options, test: true);
        Assert.Null(report.Error);
        Assert.NotNull(report.TestedOn);
        Assert.Contains(report.Findings, finding => finding.Migration == "2_b");
    }

    [Fact]
    public async Task The_command_line_writes_a_plan_runs_it_and_refuses_it_where_many_are_named()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = await SetAsync(database);
        var folder = Directory.CreateTempSubdirectory("mued-plan-").FullName;
        var file = Path.Combine(folder, "plan.json");
        string[] migrate = ["migrate", "--url", database.Url, "--path", set.Path, "--output", "json"];
        var planned = await CliProcess.RunAsync([.. migrate, "--plan-only", "--report", file]);
        Assert.Equal((0, ""), (planned.ExitCode, planned.Error));
        Assert.Equal("Planned", CliReport.Of(planned).GetProperty("status").GetString());

        var many = await CliProcess.RunAsync([.. migrate, "--url", database.Url, "--plan", file]);
        Assert.Equal((2, "PlanForMany"), (many.ExitCode, CliReport.ErrorOf(many).GetProperty("errorId").GetString()));
        var untested = await CliProcess.RunAsync([.. migrate, "--test-migration"]);
        Assert.Equal((2, "TestWithoutPlan"), (untested.ExitCode, CliReport.ErrorOf(untested).GetProperty("errorId").GetString()));
        var run = await CliProcess.RunAsync(["migrate", "--url", database.Url, "--plan", file, "--output", "json"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(CliReport.Of(planned).GetProperty("checksum").GetString(), CliReport.Of(run).GetProperty("plan").GetString());
        Directory.Delete(folder, recursive: true);
    }

    // t and u, and a history in which the first file is.
    private static async Task<MigrationSet> SetAsync(TestDatabase database)
    {
        var set = new MigrationSet(("0_base.sql", Tables));
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options)).Error);
        set.Write("1_a.sql", "ALTER TABLE t ADD note text");
        set.Write("2_b.sql", "ALTER TABLE u ADD note text");
        return set;
    }

    // The first file changes what hangs on t, the second t and another.
    private static async Task<MigrationSet> SetOfUnlockedAsync(TestDatabase database, string change)
    {
        var set = await SetAsync(database);
        await database.ExecuteAsync(
            """
            CREATE TYPE mood AS ENUM ('good'); ALTER TABLE t ADD m mood; CREATE INDEX t_k ON t (m);
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
            CREATE TRIGGER t_touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch()
            """
        );
        set.Write("1_a.sql", change);
        set.Write("2_b.sql", "ALTER TABLE t ADD CHECK (id < 5); ALTER TABLE u ADD note text");
        return set;
    }

    internal static async Task<ApprovedPlan> PlanAsync(TestDatabase database, MigrationOptions options)
    {
        var report = await MigrationPlanner.RunAsync(database.Settings, options);
        Assert.Null(report.Error);
        return Written(report);
    }

    private static ApprovedPlan Written(MigrationPlanReport report)
    {
        var file = Path.Combine(Path.GetTempPath(), $"mued-plan-{Guid.NewGuid():N}.json");
        ReportFile.Write(file, ReportDocument.From(report));
        var plan = PlanFile.Load(file);
        File.Delete(file);
        return plan;
    }

    private static Task<MigrationReport> RunAsync(TestDatabase database, MigrationSet set, ApprovedPlan plan) =>
        MigrationRunner.RunAsync(database.Settings, set.Options.HeldTo(plan));

    // The run looks at the tables while another session has changed them and not yet committed, and gets its lock when it has.
    private static async Task<MigrationReport> RunBehindAsync(TestDatabase database, MigrationSet set, ApprovedPlan plan, string change)
    {
        await using var other = await database.OpenAsync();
        await using (var begin = new NpgsqlCommand("BEGIN; " + change, other))
            await begin.ExecuteNonQueryAsync();
        var run = RunAsync(database, set, plan);
        await Eventually.TrueAsync(() =>
            database.ScalarAsync<bool>(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
            )
        );
        await using (var commit = new NpgsqlCommand("COMMIT", other))
            await commit.ExecuteNonQueryAsync();
        return await run;
    }

    private static Func<TestDatabase, MigrationSet, Task> Sql(string sql) => (database, _) => database.ExecuteAsync(sql);

    private static Func<TestDatabase, MigrationSet, Task> Write(string name, string sql) =>
        (_, set) =>
        {
            set.Write(name, sql);
            return Task.CompletedTask;
        };

    private static Func<TestDatabase, MigrationSet, Task> Delete(string name) =>
        (_, set) =>
        {
            File.Delete(set.FileOf(name));
            return Task.CompletedTask;
        };

    private static async Task ApplyOtherAsync(TestDatabase database, MigrationSet set)
    {
        using var other = new MigrationSet(("9_z.sql", "SELECT 9"));
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, other.Options)).Error);
    }
}
