using System.Globalization;
using Mued.PsDb.Files;
using Mued.PsDb.Inspection;
using Npgsql;

namespace Mued.PsDb.Tests;

public class UndoTests
{
    [Fact]
    public async Task Takes_all_of_Phase_2_back_and_leaves_the_catalog_of_an_untouched_base()
    {
        await using var scene = await UndoScene.CreateAsync(migrate: false);
        var untouched = await scene.Database.CatalogAsync();
        await scene.MigrateAsync();
        await scene.FillAsync();
        var report = await scene.UndoneAsync();
        var unit = Assert.Single(report.Units);
        Assert.Equal(("0006", "rollback_0006_add_rag_metrics", UndoStatus.Undone), (unit.Version, unit.Name, unit.Status));
        Assert.Equal(["0008_add_foreign_keys_fixed", "0007_optimize_rag_indexes", "0006_add_rag_metrics"], unit.Migrations);
        Assert.True(unit.Duration > TimeSpan.Zero);
        Assert.Equal(
            [
                new("public.ai_dialogue_log", 3),
                new("public.plugin_registry", 2),
                new("public.provenance", 1),
                new LostTable("public.rag_metrics_history", 1),
            ],
            report.Tables
        );
        Assert.Empty(report.Columns);
        Assert.DoesNotContain(report.Objects, item => item.Kind == "row security");
        Assert.Empty(report.Dependents);
        Assert.Equal(scene.BackupPath, report.Backup!.Path);
        Assert.Equal(7, report.Backup.Rows);
        await scene.Database.ExecuteAsync("DROP TABLE mued_schema_history");
        Assert.Equal(untouched, await scene.Database.CatalogAsync());
    }

    [Fact]
    public async Task Up_down_up_leaves_the_catalog_of_up_and_the_versions_were_pending_in_between()
    {
        await using var scene = await UndoScene.CreateAsync();
        var up = await scene.Database.CatalogAsync();
        await scene.UndoneAsync();
        var status = await MigrationRunner.GetStatusAsync(scene.Settings, new() { Path = scene.Migrations });
        Assert.All(status.Migrations, state => Assert.Equal(MigrationState.Pending, state.State));
        Assert.Equal(
            3,
            await scene.Database.ScalarAsync<long>(
                "SELECT count(*) FROM mued_schema_history WHERE undone_at IS NOT NULL AND undone_by IS NOT NULL"
            )
        );
        await scene.MigrateAsync();
        Assert.Equal(up, await scene.Database.CatalogAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rows_that_change_are_seen_where_the_server_is_told_to_count_none_or_that_is_told(bool superuser)
    {
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int)"),
            ("rollback_0001_a.sql", "DROP TABLE a; DELETE FROM kept WHERE id > 3; UPDATE kept SET id = 0 WHERE id = 1;")
        );
        await using var scene = await UndoScene.CreateAsync(migrate: false, migrations: set.Path);
        var role = "r" + scene.Database.Name;
        await scene.Database.ExecuteAsync(
            $"""
            CREATE TABLE kept (id int PRIMARY KEY); INSERT INTO kept SELECT generate_series(1, 9); CREATE ROLE {role} LOGIN PASSWORD 'x' {(
                superuser ? "SUPERUSER" : ""
            )};
            GRANT CREATE ON SCHEMA public TO {role}; ALTER TABLE kept OWNER TO {role}; ALTER DATABASE {scene.Database.Name} SET track_counts = off
            """
        );
        try
        {
            var settings = UndoScene.SettingsOf(scene.Database.Url.With(user: role, password: "x"));
            Assert.Null((await MigrationRunner.RunAsync(settings, new() { Path = set.Path })).Error);
            var plan = await UndoRunner.PlanAsync(settings, scene.Options);
            var report = await UndoRunner.RunAsync(settings, scene.Options);
            Assert.Null(report.Error);
            Assert.Equal(superuser ? [new("public.kept", 7)] : Array.Empty<ChangedTable>(), report.Changes);
            Assert.Equal(plan.Changes, report.Changes);
            Assert.Equal(!superuser, plan.Warnings.Any(text => text.Contains("track_counts", StringComparison.Ordinal)));
            Assert.Equal(!superuser, report.Warnings.Any(text => text.Contains("track_counts", StringComparison.Ordinal)));
        }
        finally
        {
            await scene.Database.ExecuteAsync($"DROP OWNED BY {role} CASCADE; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task Nothing_is_left_to_do_the_second_time()
    {
        await using var scene = await UndoScene.CreateAsync();
        await scene.UndoneAsync();
        var report = await scene.UndoAsync(scene.Options with { BackupPath = null });
        Assert.Equal(RunStatus.NothingToDo, report.Status);
        Assert.Empty(report.Units);
        Assert.Null(report.Backup);
    }

    [Fact]
    public async Task What_was_undone_unit_by_unit_is_not_undone_again_and_a_table_of_that_name_is_somebody_elses()
    {
        using var set = new MigrationSet(
            ("0001_t1.sql", "CREATE TABLE t1 (id int);"),
            ("0002_t2.sql", "CREATE TABLE t2 (id int);"),
            ("rollback_0001_t1.sql", "DROP TABLE t1;"),
            ("rollback_0002_t2.sql", "DROP TABLE t2;")
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        var options = scene.Options with { BackupPath = null };
        await scene.UndoneAsync(options);
        await scene.UndoneAsync(options);
        Assert.Equal(RunStatus.NothingToDo, (await scene.UndoAsync(options)).Status);

        await scene.Database.ExecuteAsync("CREATE TABLE t2 (mine int)");
        Assert.True((await UndoRunner.PlanAsync(scene.Settings, options)).NothingToDo);
        var report = await scene.UndoAsync(options with { Force = true, Target = "0" });
        Assert.Equal(RunStatus.NothingToDo, report.Status);
        Assert.Empty(report.Warnings);
        Assert.True(await scene.Database.ScalarAsync<bool>("SELECT to_regclass('t2') IS NOT NULL"));

        await scene.Database.ExecuteAsync("DROP TABLE t2");
        await scene.MigrateAsync();
        Assert.Equal(["0002_t2"], Assert.Single((await scene.UndoneAsync(options)).Units).Migrations);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(20)]
    [InlineData(26)]
    public async Task A_half_built_Phase_2_that_nothing_records_is_taken_back_to_the_untouched_base(int statements)
    {
        await using var scene = await UndoScene.CreateAsync(migrate: false);
        var untouched = await scene.Database.CatalogAsync();
        var script = MigrationFolder.ReadScript(scene.Migrations + "/0006_add_rag_metrics.sql");
        foreach (var statement in script.Statements.Take(statements))
            await scene.Database.ExecuteAsync(script.TextOf(statement));
        Assert.NotEqual(untouched, await scene.Database.CatalogAsync());
        var report = await scene.UndoneAsync();
        Assert.Contains(report.Warnings, warning => warning.Contains("rollback_0006_add_rag_metrics", StringComparison.Ordinal));
        Assert.Equal(untouched, await scene.Database.CatalogAsync());
    }

    [Fact]
    public async Task An_untouched_base_has_nothing_to_undo()
    {
        await using var scene = await UndoScene.CreateAsync(migrate: false);
        var untouched = await scene.Database.CatalogAsync();
        Assert.Equal(RunStatus.NothingToDo, (await scene.UndoAsync()).Status);
        Assert.True((await UndoRunner.PlanAsync(scene.Settings, scene.Options)).NothingToDo);
        Assert.Equal(untouched, await scene.Database.CatalogAsync());
        Assert.False(Directory.Exists(scene.BackupPath));
    }

    [Fact]
    public async Task The_trigger_function_stays_while_another_table_uses_it()
    {
        await using var scene = await UndoScene.CreateAsync();
        await scene.Database.ExecuteAsync(
            "CREATE TRIGGER users_updated BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION update_updated_at_column()"
        );
        var report = await scene.UndoneAsync();
        Assert.True(await scene.Database.ScalarAsync<bool>("SELECT to_regproc('update_updated_at_column') IS NOT NULL"));
        Assert.Contains(report.Notices, notice => notice.Message.Contains("update_updated_at_column", StringComparison.Ordinal));
        Assert.Empty(report.Dependents);
    }

    [Fact]
    public async Task Objects_of_others_that_CASCADE_would_take_stop_the_undo_unless_forced()
    {
        await using var scene = await UndoScene.CreateAsync();
        await scene.FillAsync();
        await scene.Database.ExecuteAsync(
            """
            CREATE VIEW costs AS SELECT user_id, sum(token_cost_jpy) FROM ai_dialogue_log GROUP BY user_id;
            CREATE VIEW dear AS SELECT * FROM costs;
            CREATE TABLE notes (id int PRIMARY KEY, dialogue uuid REFERENCES ai_dialogue_log, kind content_type);
            INSERT INTO notes VALUES (1, NULL, 'material');
            """
        );
        var before = await scene.Database.CatalogAsync();
        var report = await scene.UndoAsync();
        Assert.Equal(RunStatus.Failed, report.Status);
        Assert.Equal(("UndoDependents", ExitCode.MigrationFailed), (report.Error!.ErrorId, report.Error.ExitCode));
        Assert.Equal(
            [
                "table column public.notes.kind",
                "table constraint notes_dialogue_fkey on public.notes",
                "view public.costs",
                "view public.dear",
            ],
            report.Dependents.Select(dependent => $"{dependent.Kind} {dependent.Name}")
        );
        Assert.Equal(UndoStatus.Failed, Assert.Single(report.Units).Status);
        Assert.Equal(before, await scene.Database.CatalogAsync());
        Assert.False(Directory.Exists(scene.BackupPath));

        var forced = await scene.UndoneAsync(scene.Options with { Force = true });
        Assert.Equal(4, forced.Dependents.Count);
        Assert.Equal([new LostColumn("public.notes", "kind", "public.content_type", 1)], forced.Columns);
        Assert.Contains(forced.Backup!.Files, file => file.Table == "public.notes" && file.Rows == 1);
        Assert.True(await scene.Database.ScalarAsync<bool>("SELECT to_regclass('notes') IS NOT NULL"));
    }

    [Fact]
    public async Task What_the_migrations_made_themselves_is_no_dependent_however_the_script_drops_it()
    {
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int PRIMARY KEY);"),
            ("0002_view.sql", "CREATE VIEW v AS SELECT id FROM a; ALTER TABLE users ADD COLUMN a int REFERENCES a;"),
            ("rollback_0001_a.sql", "DROP TABLE a CASCADE; ALTER TABLE users DROP COLUMN IF EXISTS a;")
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.Database.ExecuteAsync("CREATE VIEW mine AS SELECT id FROM v");
        var plan = await UndoRunner.PlanAsync(scene.Settings, scene.Options);
        Assert.Equal([new("view", "public.mine", "public.v")], plan.Dependents);
        await scene.Database.ExecuteAsync("DROP VIEW mine");
        await scene.UndoneAsync();
    }

    [Fact]
    public async Task The_plan_has_the_figures_and_changes_nothing()
    {
        await using var scene = await UndoScene.CreateAsync();
        await scene.FillAsync();
        var before = (await scene.Database.CatalogAsync(), await scene.HashesAsync());
        var plan = await UndoRunner.PlanAsync(scene.Settings, scene.Options with { BackupPath = null });
        Assert.Equal(["rollback_0006_add_rag_metrics"], plan.Units.Select(unit => unit.Name));
        Assert.Equal(4, plan.Tables.Count);
        Assert.Equal(7, plan.Rows);
        Assert.Equal(scene.Folder, Path.GetDirectoryName(plan.BackupPath));
        Assert.StartsWith(scene.Database.Name + "-20", Path.GetFileName(plan.BackupPath)!, StringComparison.Ordinal);
        Assert.False(Directory.Exists(plan.BackupPath));

        var rehearsal = await scene.UndoAsync(scene.Options with { DryRun = true });
        Assert.Equal(RunStatus.DryRun, rehearsal.Status);
        Assert.Equal(plan.Tables, rehearsal.Tables);
        Assert.Equal(UndoStatus.Pending, Assert.Single(rehearsal.Units).Status);
        Assert.False(Directory.Exists(scene.BackupPath));
        Assert.Equal(before.Item1, await scene.Database.CatalogAsync());
        Assert.Equal(before.Item2, await scene.HashesAsync());
        Assert.Equal(0, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM mued_schema_history WHERE undone_at IS NOT NULL"));
    }

    [Fact]
    public async Task A_backup_is_made_by_default_only_when_something_would_be_lost()
    {
        using var set = new MigrationSet(
            (
                "0001_a.sql",
                "CREATE TABLE a (id int PRIMARY KEY); CREATE TYPE e AS ENUM ('x'); CREATE CONVERSION c FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;"
            ),
            ("rollback_0001_a.sql", "DROP TABLE a; DROP TYPE e; DROP CONVERSION c;")
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        var options = scene.Options with { BackupPath = null };
        Assert.Null((await UndoRunner.PlanAsync(scene.Settings, options)).BackupPath);
        Assert.Null((await scene.UndoneAsync(options)).Backup);
        Assert.Empty(Directory.EnumerateFileSystemEntries(scene.Folder));

        await scene.MigrateAsync();
        await scene.Database.ExecuteAsync("INSERT INTO a VALUES (1)");
        Assert.Equal(1, (await scene.UndoneAsync(options)).Backup!.Rows);

        await scene.MigrateAsync();
        await scene.Database.ExecuteAsync("INSERT INTO a VALUES (1)");
        var bare = await scene.UndoneAsync(options with { NoBackup = true });
        Assert.Null(bare.Backup);
        Assert.Equal([new("public.a", 1)], bare.Tables);
        Assert.Single(Directory.EnumerateFileSystemEntries(scene.Folder));

        await scene.MigrateAsync();
        await scene.Database.ExecuteAsync("ALTER TYPE e ADD VALUE 'by hand'");
        Assert.Equal(0, (await scene.UndoneAsync(options)).Backup!.Rows);

        await scene.MigrateAsync();
        await scene.Database.ExecuteAsync("ALTER CONVERSION c OWNER TO pg_monitor");
        Assert.Equal(0, (await scene.UndoneAsync(options)).Backup!.Rows);
    }

    [Fact]
    public async Task A_default_backup_folder_that_is_taken_gets_a_number()
    {
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a AS SELECT 1 AS id;"), ("rollback_0001_a.sql", "DROP TABLE a;"));
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        var now = DateTimeOffset.UtcNow;
        for (var second = 0; second < 60; second++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{scene.Database.Name}-{now.AddSeconds(second):yyyyMMdd'T'HHmmss'Z'}");
            await File.WriteAllTextAsync(
                Path.Combine(Directory.CreateDirectory(Path.Combine(scene.Folder, name)).FullName, "manifest.json"),
                "{}"
            );
            Directory.CreateDirectory(Path.Combine(scene.Folder, name + "-2"));
        }

        var options = scene.Options with { BackupPath = null };
        Assert.EndsWith("Z-3", (await UndoRunner.PlanAsync(scene.Settings, options)).BackupPath!, StringComparison.Ordinal);
        var path = (await scene.UndoneAsync(options)).Backup!.Path;
        Assert.EndsWith("Z-3", path, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(path, "SHA256SUMS")));

        await scene.MigrateAsync();
        var error = await Assert.ThrowsAsync<MuedException>(() => scene.UndoAsync(options with { BackupPath = path[..^2] }));
        Assert.Equal(("BackupFolderTaken", ExitCode.Usage), (error.ErrorId, error.ExitCode));
    }

    [Fact]
    public async Task Units_go_newest_first_and_a_target_takes_back_everything_behind_it()
    {
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int PRIMARY KEY);"),
            ("0002_b.sql", "CREATE TABLE b (id int REFERENCES a);"),
            ("0003_c.sql", "CREATE TABLE c (id int);"),
            ("0004_d.sql", "CREATE TABLE d (id int);"),
            ("rollback_0001_a.sql", "DROP TABLE a;"),
            ("rollback_0002_b.sql", "DROP TABLE b, c;"),
            ("rollback_0004_d.sql", "DROP TABLE d;")
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        var options = scene.Options with { BackupPath = null };
        Assert.Equal(["0004_d"], Assert.Single((await scene.UndoneAsync(options)).Units).Migrations);
        await scene.MigrateAsync();
        var report = await scene.UndoneAsync(options with { Target = "1" });
        Assert.Equal(["rollback_0004_d", "rollback_0002_b"], report.Units.Select(unit => unit.Name));
        Assert.Equal(["0003_c", "0002_b"], report.Units[1].Migrations);
        Assert.Equal(
            ["0001_a"],
            await scene.Database.ColumnAsync<string>("SELECT migration FROM mued_schema_history WHERE undone_at IS NULL")
        );
        Assert.Equal(
            ["a"],
            await scene.Database.ColumnAsync<string>("SELECT relname::text FROM pg_class WHERE relname IN ('a', 'b', 'c', 'd')")
        );
    }

    [Fact]
    public async Task Several_units_are_one_transaction()
    {
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int);"),
            ("0002_b.sql", "CREATE TABLE b (id int);"),
            ("rollback_0001_a.sql", "-- first line\nDROP TABLE a;\nDROP TABLE nothing;"),
            ("rollback_0002_b.sql", "DROP TABLE b;")
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.Database.ExecuteAsync("INSERT INTO b VALUES (1)");
        var report = await scene.UndoAsync(scene.Options with { Target = "0" });
        Assert.Equal(RunStatus.Failed, report.Status);
        Assert.Equal(
            ("ObjectMissing", "42P01", set.FileOf("rollback_0001_a.sql"), 3),
            (report.Error!.ErrorId, report.Error.SqlState, report.Error.File, report.Error.Line)
        );
        Assert.Equal(1, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM b"));
        Assert.Equal(2, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM mued_schema_history WHERE undone_at IS NULL"));
        Assert.False(Directory.Exists(scene.BackupPath));
    }

    [Fact]
    public async Task Migrations_that_no_script_covers_are_named_and_nothing_is_done()
    {
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int);"),
            ("0002_b.sql", "CREATE TABLE b (id int);"),
            ("0003_c.sql", "CREATE TABLE c (id int);"),
            ("rollback_0003_c.sql", "DROP TABLE c;")
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        var error = await Assert.ThrowsAsync<MuedException>(() => scene.UndoAsync(scene.Options with { Target = "0" }));
        Assert.Equal(("UndoNotCovered", ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Contains("0002_b, 0001_a", error.Message, StringComparison.Ordinal);
        Assert.True(await scene.Database.ScalarAsync<bool>("SELECT to_regclass('c') IS NOT NULL"));

        var phase2 = await UndoScene.CreateAsync();
        await using (phase2)
        {
            error = await Assert.ThrowsAsync<MuedException>(() => phase2.UndoAsync(phase2.Options with { Target = "0006" }));
            Assert.Contains("0008_add_foreign_keys_fixed, 0007_optimize_rag_indexes", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_plan_is_made_from_the_history_and_not_from_the_folder()
    {
        using var set = MigrationSet.CopyPhase2();
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        set.Write("0009_never_applied.sql", "CREATE TABLE never (id int);");
        set.Write("rollback_0009_never_applied.sql", "DROP TABLE never;");
        var report = await scene.UndoneAsync();
        Assert.Equal(
            ["0008_add_foreign_keys_fixed", "0007_optimize_rag_indexes", "0006_add_rag_metrics"],
            Assert.Single(report.Units).Migrations
        );
    }

    [Fact]
    public async Task Two_rollback_scripts_of_one_version_are_named_with_what_to_do_about_them()
    {
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int);"),
            ("0001_b.sql", "CREATE TABLE b (id int);"),
            ("rollback_0001_a.sql", "DROP TABLE a;"),
            ("rollback_0001_b.sql", "DROP TABLE b;")
        );
        await using var scene = await UndoScene.CreateAsync(migrate: false, migrations: set.Path);
        var migrate = new MigrationOptions { Path = set.Path, AllowDuplicateVersion = true };
        var error = await Assert.ThrowsAsync<MuedException>(() => MigrationRunner.RunAsync(scene.Settings, migrate));
        Assert.Equal(("RollbackVersionDuplicate", ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Contains("rollback_0001_a.sql and rollback_0001_b.sql", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("allow-duplicate-version", error.Advice, StringComparison.Ordinal);
        Assert.Equal(error.Message, (await Assert.ThrowsAsync<MuedException>(() => scene.UndoAsync())).Message);

        File.Delete(set.FileOf("rollback_0001_b.sql"));
        set.Write("rollback_0001_a.sql", "DROP TABLE a, b;");
        Assert.Null((await MigrationRunner.RunAsync(scene.Settings, migrate)).Error);
        Assert.Equal(["0001_b", "0001_a"], Assert.Single((await scene.UndoneAsync()).Units).Migrations);
    }

    [Theory]
    [InlineData("DROP INDEX CONCURRENTLY a_id;", "UndoNonTransactional")]
    [InlineData("BEGIN ISOLATION LEVEL SERIALIZABLE; DROP INDEX a_id; COMMIT;", "UndoTransactionModes")]
    public async Task A_script_that_cannot_run_in_the_transaction_of_the_undo_is_refused(string rollback, string errorId)
    {
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int); CREATE INDEX a_id ON a (id);"),
            ("rollback_0001_a.sql", rollback)
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        var error = await Assert.ThrowsAsync<MuedException>(() => scene.UndoAsync());
        Assert.Equal((errorId, ExitCode.Usage), (error.ErrorId, error.ExitCode));
    }

    [Fact]
    public async Task Rows_that_a_script_itself_deletes_from_a_table_that_stays_are_warned_of()
    {
        using var set = new MigrationSet(
            ("0001_guest.sql", "INSERT INTO users (clerk_id, email) VALUES ('guest', 'g'); CREATE TABLE a (id int);"),
            ("rollback_0001_guest.sql", "DELETE FROM users WHERE clerk_id = 'guest'; DELETE FROM a; DROP TABLE a;")
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.Database.ExecuteAsync("INSERT INTO a VALUES (1)");
        var warning = Assert.Single((await UndoRunner.PlanAsync(scene.Settings, scene.Options)).Warnings);
        Assert.Contains("updates 0 rows and deletes 1 of public.users", warning, StringComparison.Ordinal);
        Assert.Equal([warning], (await scene.UndoneAsync()).Warnings);
    }

    [Fact]
    public async Task Rows_that_a_script_empties_away_or_rewrites_in_tables_that_stay_are_warned_of()
    {
        using var set = new MigrationSet(
            (
                "0001_a.sql",
                """
                CREATE TYPE addr AS (street text, zip text);
                CREATE DOMAIN home AS addr;
                CREATE TABLE emptied (id int);
                CREATE TABLE "Parts" (id int) PARTITION BY LIST (id);
                CREATE TABLE part1 PARTITION OF "Parts" FOR VALUES IN (1);
                CREATE TABLE part2 PARTITION OF "Parts" FOR VALUES IN (2);
                CREATE TABLE cut (id int, c text, "V" varchar(9));
                CREATE TABLE bare (id int, c text);
                CREATE TABLE rewritten (id int);
                CREATE TABLE people (id int PRIMARY KEY, homes home[], kept addr, dropped addr);
                """
            ),
            (
                "rollback_0001_a.sql",
                """
                DELETE FROM emptied WHERE id > 5;
                TRUNCATE emptied, "Parts";
                ALTER TABLE cut ALTER c TYPE char(2) USING left(c, 2), ALTER "V" TYPE varchar(3) USING left("V", 3);
                TRUNCATE bare;
                ALTER TABLE bare ALTER id TYPE bigint;
                ALTER TABLE rewritten ADD made timestamptz DEFAULT clock_timestamp();
                ALTER TABLE people DROP dropped;
                ALTER TYPE addr DROP ATTRIBUTE zip CASCADE;
                """
            )
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.Database.ExecuteAsync(
            """
            INSERT INTO emptied SELECT generate_series(1, 10);
            INSERT INTO "Parts" VALUES (1);
            INSERT INTO cut VALUES (1, 'long', 'longer');
            INSERT INTO bare VALUES (1, 'c');
            INSERT INTO rewritten VALUES (1);
            INSERT INTO people VALUES (1, ARRAY[ROW('s', 'z')::addr::home], ROW('s', 'z'), ROW('s', 'z'));
            """
        );
        var plan = await UndoRunner.PlanAsync(scene.Settings, scene.Options);
        Assert.Collection(
            plan.Warnings,
            warning => Assert.Contains("deletes 5 of public.emptied", warning, StringComparison.Ordinal),
            warning => Assert.Contains("empties or rewrites public.bare, ", warning, StringComparison.Ordinal),
            warning => Assert.Contains("changes the type of public.bare.id, ", warning, StringComparison.Ordinal),
            warning => Assert.Contains("changes the type of public.cut.c, ", warning, StringComparison.Ordinal),
            warning => Assert.Contains("changes the type of public.cut.\"V\", ", warning, StringComparison.Ordinal),
            warning => Assert.Contains("empties or rewrites public.emptied, ", warning, StringComparison.Ordinal),
            warning => Assert.Contains("empties or rewrites public.part1, ", warning, StringComparison.Ordinal),
            warning =>
                Assert.Contains("drops public.addr.zip, a part of the values of public.people.homes;", warning, StringComparison.Ordinal),
            warning =>
                Assert.Contains("drops public.addr.zip, a part of the values of public.people.kept;", warning, StringComparison.Ordinal),
            warning => Assert.Contains("empties or rewrites public.rewritten, ", warning, StringComparison.Ordinal)
        );
        Assert.Equal(["dropped"], plan.Columns.Select(column => column.Name));
        Assert.Equal(plan.Warnings, (await scene.UndoAsync(scene.Options with { DryRun = true })).Warnings);
        Assert.Equal(plan.Warnings, (await scene.UndoneAsync()).Warnings);
    }

    [Fact]
    public async Task Tables_that_hold_no_row_or_vanish_are_not_said_to_be_rewritten()
    {
        using var set = new MigrationSet(
            (
                "0001_a.sql",
                """
                CREATE TYPE addr AS (street text, zip text);
                CREATE TABLE never (id int, a addr);
                CREATE TABLE deleted (id int, a addr);
                CREATE TABLE gone (id int, a addr);
                CREATE TABLE again (id int);
                CREATE TABLE indexed (id int PRIMARY KEY);
                """
            ),
            (
                "rollback_0001_a.sql",
                """
                TRUNCATE never, deleted, gone, again;
                ALTER TABLE never ALTER id TYPE bigint;
                ALTER TABLE deleted ALTER id TYPE bigint;
                ALTER TYPE addr DROP ATTRIBUTE zip CASCADE;
                DROP TABLE gone, again;
                CREATE TABLE again (id bigint);
                LOCK TABLE indexed;
                REINDEX TABLE indexed;
                ALTER TABLE indexed ADD made int DEFAULT 1;
                """
            )
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.Database.ExecuteAsync(
            """
            INSERT INTO deleted VALUES (1, ROW('s', 'z'));
            INSERT INTO gone VALUES (1, ROW('s', 'z'));
            INSERT INTO again VALUES (1);
            INSERT INTO indexed VALUES (1);
            DELETE FROM deleted;
            """
        );
        var report = await scene.UndoneAsync();
        Assert.Empty(report.Warnings);
        Assert.Equal([new("public.again", 1), new("public.gone", 1)], report.Tables);
    }

    [Fact]
    public async Task What_another_session_rewrites_meanwhile_is_not_laid_to_the_script()
    {
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int); CREATE TABLE b (id int);"),
            ("rollback_0001_a.sql", "LOCK TABLE a; DROP TABLE a;")
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.Database.ExecuteAsync("INSERT INTO b VALUES (1)");
        await using var other = await scene.Database.OpenAsync();
        await using (
            var open = new NpgsqlBatch(other)
            {
                BatchCommands = { new("BEGIN"), new("LOCK TABLE a IN ACCESS SHARE MODE"), new("ALTER TABLE b ALTER id TYPE bigint") },
            }
        )
            await open.ExecuteNonQueryAsync();
        var plan = UndoRunner.PlanAsync(scene.Settings, scene.Options with { LockTimeout = TimeSpan.FromHours(1) });
        await Eventually.TrueAsync(scene.Database.HasWaiterAsync);
        await using (var commit = new NpgsqlBatch(other) { BatchCommands = { new("COMMIT") } })
            await commit.ExecuteNonQueryAsync();
        Assert.Empty((await plan).Warnings);
    }

    [Fact]
    public async Task What_another_session_drops_meanwhile_is_not_laid_to_the_script()
    {
        // The script waits when it runs for the second time, which is for good.
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int); CREATE TABLE b (id int, more int); CREATE TABLE c (id int);"),
            ("rollback_0001_a.sql", "DO $$ BEGIN IF nextval('turn') = 2 THEN PERFORM pg_advisory_lock(1); END IF; END $$; DROP TABLE a;")
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.Database.ExecuteAsync("CREATE SEQUENCE turn; INSERT INTO a VALUES (1); INSERT INTO c VALUES (1)");
        await using var other = await scene.Database.OpenAsync();
        await ExecuteAsync("SELECT pg_advisory_lock(1)");
        var undo = UndoRunner.RunAsync(scene.Settings, scene.Options with { LockTimeout = TimeSpan.FromHours(1) });
        await Eventually.TrueAsync(async () => undo.IsCompleted || await scene.Database.HasWaiterAsync());
        await ExecuteAsync("DROP TABLE c; ALTER TABLE b DROP more; SELECT pg_advisory_unlock(1)");
        var report = await undo;
        Assert.True(report.Success, report.Error?.Message);
        Assert.Empty(report.Attempts);
        Assert.Equal([new("public.a", 1)], report.Tables);

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, other);
            await command.ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task A_lock_in_the_way_is_retried_and_its_holder_named()
    {
        await using var scene = await UndoScene.CreateAsync();
        await scene.FillAsync();
        await using var other = await scene.Database.OpenAsync();
        await using (
            var open = new NpgsqlBatch(other)
            {
                BatchCommands = { new("SET application_name = 'idle reader'"), new("BEGIN"), new("SELECT count(*) FROM ai_dialogue_log") },
            }
        )
            await open.ExecuteNonQueryAsync();
        var recorded = new RecordedProgress();
        var undo = UndoRunner.RunAsync(
            scene.Settings,
            scene.Options with
            {
                LockTimeout = TimeSpan.FromSeconds(1),
                MaxAttempts = 1000,
            },
            recorded
        );
        await Eventually.TrueAsync(() =>
            undo.IsCompleted
            || recorded
                .Messages.SkipWhile(text => !text.Contains("idle reader", StringComparison.Ordinal))
                .Any(text => text.Contains("next try", StringComparison.Ordinal))
        );
        await using (var commit = new NpgsqlBatch(other) { BatchCommands = { new("COMMIT") } })
            await commit.ExecuteNonQueryAsync();
        var report = await undo;
        Assert.Equal(RunStatus.Succeeded, report.Status);
        Assert.NotEmpty(report.Attempts);
        Assert.All(report.Attempts, attempt => Assert.Equal(PostgresErrorCodes.LockNotAvailable, attempt.SqlState));
        Assert.Contains(report.Attempts.SelectMany(attempt => attempt.Blockers), blocker => blocker.ApplicationName == "idle reader");
        Assert.Equal(7, report.Backup!.Rows);
    }

    [Fact]
    public async Task A_history_that_somebody_has_locked_is_waited_for_no_longer_than_asked()
    {
        await using var scene = await UndoScene.CreateAsync();
        await using var other = await scene.Database.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("LOCK TABLE mued_schema_history", other, transaction))
            await command.ExecuteNonQueryAsync();
        var options = scene.Options with { LockTimeout = TimeSpan.FromMilliseconds(200), MaxAttempts = 2 };
        var report = await UndoRunner.RunAsync(scene.Settings, options);
        Assert.Equal(PostgresErrorCodes.LockNotAvailable, report.Error!.SqlState);
        Assert.Equal(2, report.Attempts.Count);
    }

    [Fact]
    public async Task A_deferred_trigger_sees_the_settings_of_its_rollback_script()
    {
        using var set = new MigrationSet(
            (
                "0001_a.sql",
                """
                CREATE SCHEMA app; SET search_path = app; CREATE TABLE a (id int); CREATE TABLE log (id int); CREATE TABLE gone ();
                CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (OLD.id); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER noted AFTER DELETE ON a DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note();
                INSERT INTO a VALUES (1);
                """
            ),
            ("rollback_0001_a.sql", "SET search_path = app; DELETE FROM a; DROP TABLE gone;")
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.UndoneAsync();
        Assert.Equal(1, await scene.Database.ScalarAsync<int>("SELECT id FROM app.log"));
    }

    [Fact]
    public async Task A_cancelled_undo_leaves_everything_as_it_was()
    {
        await using var scene = await UndoScene.CreateAsync();
        await scene.FillAsync();
        var before = await scene.HashesAsync();
        await using var other = await scene.Database.OpenAsync();
        await using (var open = new NpgsqlBatch(other) { BatchCommands = { new("BEGIN"), new("SELECT count(*) FROM ai_dialogue_log") } })
            await open.ExecuteNonQueryAsync();
        using var cancel = new CancellationTokenSource();
        var undo = scene.UndoAsync(scene.Options with { LockTimeout = TimeSpan.FromHours(1) }, cancel.Token);
        await Eventually.TrueAsync(scene.Database.HasWaiterAsync);
        await cancel.CancelAsync();
        var report = await undo.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(ExitCode.Cancelled, report.Error!.ExitCode);
        Assert.Equal(before, await scene.HashesAsync());
        Assert.False(Directory.Exists(scene.BackupPath));
    }

    [Fact]
    public async Task Nothing_is_undone_that_was_not_agreed_to()
    {
        await using var scene = await UndoScene.CreateAsync();
        await scene.FillAsync();
        var before = await scene.HashesAsync();
        var options = scene.Options with { BackupPath = null };
        Assert.Null(await UndoRunner.RunAsync(scene.Settings, options, (_, _) => Task.FromResult(false)));
        Assert.Equal(before, await scene.HashesAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(scene.Folder));
    }

    [Fact]
    public async Task The_plan_that_was_agreed_to_is_the_one_that_runs()
    {
        await using var scene = await UndoScene.CreateAsync();
        await scene.FillAsync();
        UndoPlan? agreed = null;
        var report = await UndoRunner.RunAsync(
            scene.Settings,
            scene.Options with
            {
                BackupPath = null,
            },
            async (plan, _) =>
            {
                agreed = plan;

                // Rows may come while the person thinks; the backup's folder stays the one that was named, although a second has gone by.
                await Task.Delay(TimeSpan.FromSeconds(1.1), CancellationToken.None);
                await scene.Database.ExecuteAsync("INSERT INTO rag_metrics_history (date) VALUES ('2026-01-02')");
                return true;
            }
        );
        Assert.Equal(RunStatus.Succeeded, report!.Status);
        Assert.Equal(agreed!.BackupPath, report.Backup!.Path);
        Assert.Equal(agreed.Rows + 1, report.Backup.Rows);
    }

    [Fact]
    public async Task An_undo_stops_when_it_would_take_more_than_was_agreed_to()
    {
        await using var scene = await UndoScene.CreateAsync();
        await scene.FillAsync();
        var before = await scene.HashesAsync();
        var report = await UndoRunner.RunAsync(
            scene.Settings,
            scene.Options with
            {
                Force = true,
            },
            async (_, _) =>
            {
                await scene.Database.ExecuteAsync("CREATE VIEW since AS SELECT id FROM ai_dialogue_log");
                return true;
            }
        );
        Assert.Equal("UndoPlanChanged", report!.Error!.ErrorId);
        Assert.Equal(UndoStatus.Failed, report.Units[0].Status);
        Assert.Equal("public.since", Assert.Single(report.Dependents).Name);
        Assert.Equal(before, await scene.HashesAsync());
        Assert.False(Directory.Exists(scene.BackupPath));
    }

    [Theory, InlineData(0), InlineData(1)]
    public async Task Without_a_copy_rows_that_came_since_are_not_agreed_to(int more)
    {
        await using var scene = await UndoScene.CreateAsync();
        await scene.FillAsync();
        var report = await UndoRunner.RunAsync(
            scene.Settings,
            scene.Options with
            {
                NoBackup = true,
                BackupPath = null,
            },
            async (plan, _) =>
            {
                Assert.Equal((7L, null), (plan.Rows, plan.BackupPath));
                await scene.Database.ExecuteAsync(
                    $"INSERT INTO provenance (content_id, content_type) SELECT gen_random_uuid(), 'material' FROM generate_series(1, {more})"
                );
                return true;
            }
        );
        Assert.Equal(more > 0 ? "UndoPlanChanged" : null, report!.Error?.ErrorId);
        Assert.Equal(more > 0, await scene.Database.ScalarAsync<bool>("SELECT to_regclass('provenance') IS NOT NULL"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(scene.Folder));
    }

    [Fact]
    public async Task In_a_history_of_format_1_nothing_is_known_to_be_ours()
    {
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int PRIMARY KEY); CREATE VIEW v AS SELECT id FROM a;"),
            ("rollback_0001_a.sql", "DROP TABLE a CASCADE;")
        );
        await using var scene = await UndoScene.CreateAsync(migrations: set.Path);
        await scene.Database.ExecuteAsync(
            $"INSERT INTO a VALUES (1); ALTER TABLE mued_schema_history {string.Join(", ", HistoryColumn.Since(1).Select(column => $"DROP {column.Name}"))}"
        );
        var report = await scene.UndoAsync();
        Assert.Equal(("UndoDependents", "public.v"), (report.Error!.ErrorId, Assert.Single(report.Dependents).Name));
        Assert.Contains(
            report.Warnings,
            text => text.StartsWith("The history does not tell in which transactions", StringComparison.Ordinal)
        );
        await scene.UndoneAsync(scene.Options with { Force = true });
        await scene.MigrateAsync();
        await scene.RestoredAsync();
        Assert.Equal(1, await scene.Database.ScalarAsync<int>("SELECT id FROM v"));
    }

    [Fact]
    public async Task Two_at_once_undo_once()
    {
        await using var scene = await UndoScene.CreateAsync();
        await scene.FillAsync();
        var options = scene.Options with { BackupPath = null };
        var reports = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(i => scene.UndoAsync(options with { BackupRoot = Path.Combine(scene.Folder, $"{i}") }))
        );
        Assert.All(reports, report => Assert.Null(report.Error));
        Assert.Equal(7, Assert.Single(reports, report => report.Status == RunStatus.Succeeded).Backup!.Rows);
        Assert.Equal(3, reports.Count(report => report.Status == RunStatus.NothingToDo));
    }

    [PgBouncerFact]
    public async Task Works_through_PgBouncer_in_transaction_mode()
    {
        await using var scene = await UndoScene.CreateAsync();
        await scene.FillAsync();
        var before = await scene.HashesAsync("ai_dialogue_log", "provenance", "rag_metrics_history");
        await using var bouncer = await PgBouncerServer.StartAsync(poolSize: 2);
        var settings = UndoScene.SettingsOf(bouncer.UrlOf(scene.Database.Name));
        Assert.Null((await UndoRunner.RunAsync(settings, scene.Options)).Error);
        await scene.MigrateAsync();
        Assert.Null((await BackupRestorer.RunAsync(settings, new() { Path = scene.BackupPath })).Error);
        Assert.Equal(before, await scene.HashesAsync("ai_dialogue_log", "provenance", "rag_metrics_history"));
    }

    [Theory]
    [Major(14)]
    [Major(15)]
    [Major(16)]
    [Major(17)]
    [Major(18)]
    public async Task Every_supported_major_undoes_and_restores(int major)
    {
        await using var scene = await UndoScene.CreateAsync(server: await TestServer.ForMajorAsync(major));
        await scene.FillAsync();
        var before = (await scene.Database.CatalogAsync(), await scene.HashesAsync());
        await scene.UndoneAsync();
        await scene.MigrateAsync();
        await scene.RestoredAsync(ConflictAction.Replace);
        Assert.Equal(before.Item1, await scene.Database.CatalogAsync());
        Assert.Equal(before.Item2, await scene.HashesAsync());
    }
}
