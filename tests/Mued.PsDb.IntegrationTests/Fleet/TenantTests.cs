using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Mued.PsDb.Connections;
using Mued.PsDb.Fleet;
using Mued.PsDb.Inspection;
using Mued.PsDb.Sql;
using Mued.PsDb.Tests.Cli;
using Npgsql;

namespace Mued.PsDb.Tests.Fleet;

/// <summary>Many tenants of one database, a schema and a history each.</summary>
public sealed class TenantTests
{
    private const string Tables = "SELECT count(*) FROM pg_tables WHERE tablename = {0} AND schemaname LIKE 'tenant\\_%'";

    [Fact]
    public async Task A_broken_tenant_of_sixty_stops_no_other_and_a_second_run_does_what_is_left()
    {
        await using var database = await WithTenantsAsync(60);
        await database.ExecuteAsync("CREATE TABLE tenant_07.b (); CREATE SCHEMA other; CREATE SCHEMA \"tenant_\"\"x, y\"");
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int); SET search_path = public;"),
            ("0002_b.sql", "CREATE TABLE b (id int);"),
            ("0003_index.sql", "CREATE INDEX CONCURRENTLY b_id ON b (id);")
        );
        var folder = Directory.CreateTempSubdirectory("mued-tenants-").FullName;
        string[] command =
        [
            "migrate",
            "--url",
            database.Url,
            "--tenant-schema",
            "tenant_*",
            "--path",
            set.Path,
            "--output",
            "json",
            "--report",
            Path.Combine(folder, "all.xml"),
        ];

        var first = await CliProcess.RunAsync(command);
        var report = CliReport.Of(first);
        Assert.Equal((4, 60, 1), (first.ExitCode, report.GetProperty("succeeded").GetInt32(), report.GetProperty("failed").GetInt32()));
        var message = TargetsOf(report).Single(target => !target.GetProperty("success").GetBoolean()).GetProperty("error");
        Assert.Contains($"{database.Name}/tenant_07", message.GetProperty("message").GetString(), StringComparison.Ordinal);
        var suites = XDocument
            .Load(Path.Combine(folder, "all.xml"))
            .Root!.Elements("testsuite")
            .Select(suite => (string)suite.Attribute("name")!);
        Assert.Equal(61, suites.Count(name => name.Contains($"{database.Name}/tenant_", StringComparison.Ordinal)));
        Assert.Equal(61L, await CountAsync(database, "mued_schema_history"));
        Assert.Equal(61L, await CountAsync(database, "b"));
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'other')"));
        Assert.Equal(
            60L,
            await database.ScalarAsync<long>("SELECT count(*) FROM pg_indexes WHERE indexname = 'b_id' AND schemaname LIKE 'tenant\\_%'")
        );

        await database.ExecuteAsync("DROP TABLE tenant_07.b");
        var second = await CliProcess.RunAsync(command);
        Assert.Equal(0, second.ExitCode);
        Assert.Equal(
            ["tenant_07"],
            TargetsOf(CliReport.Of(second))
                .Where(target => target.GetProperty("status").GetString() == "Succeeded")
                .Select(target => target.GetProperty("target").GetString()!.Split('/')[^1])
        );
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_tenant_sees_its_own_schema_then_the_shared_ones_and_no_other_tenant()
    {
        await using var database = await WithTenantsAsync(2);
        await database.ExecuteAsync(
            $"""
            CREATE SCHEMA extensions; CREATE TYPE extensions.shared AS ENUM ('a'); CREATE TABLE public.plan (id int PRIMARY KEY);
            CREATE TABLE tenant_01.mine (id int);
            ALTER DATABASE {database.Name} SET search_path = tenant_01, extensions, public, tenant_02
            """
        );
        var tenants = await FindAsync(database, "tenant_*");
        Assert.Equal(["tenant_01, extensions, public", "tenant_02, extensions, public"], tenants.Select(t => t.SearchPath));
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (s shared, plan int REFERENCES plan);"));
        Assert.All(
            await EachAsync(tenants, tenant => MigrationRunner.RunAsync(tenant, set.Options)),
            report => Assert.True(report.Success)
        );
        Assert.Equal(2L, await CountAsync(database, "a"));

        set.Write("0002_mine.sql", "ALTER TABLE mine ADD COLUMN more int;");
        var second = await MigrationRunner.RunAsync(tenants[1], set.Options);
        Assert.Equal("42P01", second.Error!.SqlState);
    }

    [Theory]
    [InlineData("public.mued_schema_history")]
    [InlineData("my_history")]
    public async Task A_tenant_that_the_pattern_leaves_out_is_not_shared_either(string history)
    {
        await using var database = await WithTenantsAsync(2);
        var name = history.Split('.')[^1];
        await database.ExecuteAsync(
            $"""
            CREATE TABLE tenant_01.mine (id int); CREATE TABLE tenant_01.{name} (); CREATE TABLE public.{name} (); CREATE SCHEMA extensions;
            ALTER DATABASE {database.Name} SET search_path = tenant_01, extensions, public
            """
        );
        using var set = new MigrationSet(("0001_mine.sql", "ALTER TABLE mine ADD COLUMN more int;"));
        string[] migrate = ["migrate", "--url", database.Url, "--path", set.Path, "--history-table", history, "--tenant-schema"];
        var result = await CliProcess.RunAsync([.. migrate, "tenant_02", "--output", "json"]);
        var error = Assert.Single(TargetsOf(CliReport.Of(result))).GetProperty("error");
        Assert.Equal("42P01", error.GetProperty("sqlState").GetString());
        Assert.Equal("tenant_02, extensions, public", Assert.Single(await FindAsync(database, "tenant_02", history)).SearchPath);
    }

    [Theory]
    [InlineData(new[] { "--tenant-schema", "nothing_*" }, "nothing_*")]
    [InlineData(new[] { "--tenant-schema", "public" }, "public")]
    [InlineData(new[] { "--tenant-schema", "tenant_*", "--history-table", "other.history" }, "other.history")]
    [InlineData(new[] { "--tenant-schema", "tenant_*", "--phase2" }, "expected schema")]
    [InlineData(new[] { "--tenant-schema", "tenant_*", "--baseline", "auto", "--force" }, "-Baseline Auto")]
    [InlineData(new[] { "--tenant-schema", "tenant_*", "--what-if", "--test-migration" }, "-TestMigration")]
    public async Task What_cannot_be_meant_of_a_tenant_is_refused(string[] options, string named)
    {
        await using var database = await WithTenantsAsync(1);
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
        string[] folder = options.Contains("--phase2") ? [] : ["--path", set.Path];
        var result = await CliProcess.RunAsync(["migrate", "--url", database.Url, .. options, .. folder]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(named, result.Error + result.Output, StringComparison.Ordinal);
        Assert.Equal(
            0L,
            await database.ScalarAsync<long>(
                "SELECT count(*) FROM pg_tables WHERE schemaname !~ '^pg_' AND schemaname <> 'information_schema'"
            )
        );
    }

    [Fact]
    public async Task A_schema_that_the_role_may_not_use_is_told_and_left_alone()
    {
        await using var database = await WithTenantsAsync(2);
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
        var role = database.Name + "_tenant";
        await database.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD 'x'; GRANT USAGE, CREATE ON SCHEMA tenant_02 TO {role}");
        try
        {
            var url = database.Url.With(user: role, password: "x");
            var result = await CliProcess.RunAsync(
                "migrate",
                "--url",
                url,
                "--tenant-schema",
                "tenant_*",
                "--path",
                set.Path,
                "--output",
                "json"
            );
            var targets = TargetsOf(CliReport.Of(result));
            Assert.Equal(3, result.ExitCode);
            Assert.Equal("TenantSchemaClosed", targets[0].GetProperty("error").GetProperty("errorId").GetString());
            Assert.Equal("Succeeded", targets[1].GetProperty("status").GetString());
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {role} CASCADE; DROP ROLE {role}");
        }
    }

    [PgBouncerFact]
    public async Task A_pooler_that_does_not_pass_the_path_on_is_refused_with_advice()
    {
        await using var database = await WithTenantsAsync(2);
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
        foreach (
            var (settings, id) in new[] { ("", "TenantPathRefused"), ("ignore_startup_parameters = search_path", "TenantPathIgnored") }
        )
        {
            await using var pooler = await PgBouncerServer.StartAsync(settings: settings);
            var result = await CliProcess.RunAsync(
                "migrate",
                "--url",
                pooler.UrlOf(database.Name),
                "--tenant-schema",
                "tenant_*",
                "--path",
                set.Path,
                "--output",
                "json"
            );
            Assert.Equal(3, result.ExitCode);
            Assert.All(
                TargetsOf(CliReport.Of(result)).Select(target => target.GetProperty("error")),
                error =>
                {
                    Assert.Equal(id, error.GetProperty("errorId").GetString());
                    Assert.Contains("Connect to the server itself", error.GetProperty("advice").GetString(), StringComparison.Ordinal);
                }
            );
        }

        Assert.Equal(0L, await CountAsync(database, "a"));
    }

    [Fact]
    public async Task A_plan_is_of_one_tenant_and_runs_there_alone()
    {
        await using var database = await WithTenantsAsync(2);
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
        var folder = Directory.CreateTempSubdirectory("mued-tenants-").FullName;
        string[] migrate = ["migrate", "--url", database.Url, "--output", "json"];
        var planned = await CliProcess.RunAsync([
            .. migrate,
            "--tenant-schema",
            "tenant_*",
            "--path",
            set.Path,
            "--what-if",
            "--report",
            Path.Combine(folder, "{schema}.json"),
        ]);
        Assert.Equal((0, "Planned"), (planned.ExitCode, CliReport.Of(planned).GetProperty("status").GetString()));
        var plan = Path.Combine(folder, "tenant_01.json");
        var elsewhere = await CliProcess.RunAsync([.. migrate, "--tenant-schema", "tenant_02", "--plan", plan]);
        Assert.Equal(2, elsewhere.ExitCode);
        Assert.Equal("PlanOfOtherDatabase", TargetsOf(CliReport.Of(elsewhere))[0].GetProperty("error").GetProperty("errorId").GetString());
        Assert.Equal(0, (await CliProcess.RunAsync([.. migrate, "--tenant-schema", "tenant_01", "--plan", plan])).ExitCode);
        Assert.Equal(1L, await CountAsync(database, "a"));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("migrate", "--report", "{schema}.json")]
    [InlineData("undo", "--force", "--backup-path", "{schema}")]
    public async Task A_path_named_after_a_tenant_is_refused_where_none_is_meant_before_anything_runs(params string[] command)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
        var before = await database.CatalogAsync();
        var result = await CliProcess.RunAsync([.. command, "--url", database.Url, "--path", set.Path, "--output", "json"]);
        Assert.Equal((2, "TargetPathOfNoTenant"), (result.ExitCode, CliReport.ErrorOf(result).GetProperty("errorId").GetString()));
        Assert.Equal(before, await database.CatalogAsync());
    }

    [Fact]
    public async Task A_killed_run_leaves_each_tenant_with_its_files_once()
    {
        const int count = 12;
        await using var database = await WithTenantsAsync(count);
        await database.ExecuteAsync("CREATE TABLE public.done (tenant text DEFAULT current_schema(), file int)");
        using var set = new MigrationSet(
            ("0001_a.sql", "INSERT INTO done (file) VALUES (1);"),
            ("0002_b.sql", "SELECT pg_sleep(0.1); INSERT INTO done (file) VALUES (2);"),
            ("0003_c.sql", "INSERT INTO done (file) VALUES (3);")
        );
        string[] command = ["migrate", "--url", database.Url, "--tenant-schema", "tenant_*", "--path", set.Path];
        using (var process = CliProcess.Start(null, null, command))
        {
            var ended = process.WaitForExitAsync();
            await Eventually.TrueAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM public.done") > count / 2);
            process.Kill();
            await ended;
        }

        var next = await CliProcess.RunAsync(command);
        Assert.True(next.ExitCode == 0, next.Output + next.Error);
        Assert.Equal(
            Enumerable.Range(1, count).Select(number => $"tenant_{number:00} 1,2,3"),
            await database.ColumnAsync<string>(
                "SELECT tenant || ' ' || string_agg(file::text, ',' ORDER BY file) FROM public.done GROUP BY tenant ORDER BY tenant"
            )
        );
    }

    [Fact]
    public async Task Tenants_that_wait_for_each_other_harm_nobody()
    {
        await using var database = await WithTenantsAsync(4);
        await database.ExecuteAsync("CREATE TABLE public.plan (id int PRIMARY KEY)");
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (plan int REFERENCES plan); SELECT pg_sleep(0.5);"));
        var options = set.Options with { LockTimeout = TimeSpan.FromHours(1), MaxBlocking = TimeSpan.FromMilliseconds(200) };
        var reports = await EachAsync(await FindAsync(database, "tenant_*"), tenant => MigrationRunner.RunAsync(tenant, options));
        Assert.All(
            reports,
            report =>
            {
                Assert.True(report.Success, report.Error?.Message);
                Assert.Empty(report.Migrations[0].Attempts);
                Assert.Empty(report.Harm?.Blocked ?? []);
            }
        );
    }

    // PgBouncer from 1.20 on may give any client the sessions that were begun for a tenant, or for another, with track_extra_parameters and
    // before a server that does not report the path. Here others leave their path in the only session.
    [PgBouncerFact]
    public async Task A_file_finds_its_tenant_in_whichever_session_a_pooler_gives_it_and_leaves_no_path_there()
    {
        await using var database = await WithTenantsAsync(2);
        await using var pooler = await PgBouncerServer.StartAsync(poolSize: 1, settings: "ignore_startup_parameters = search_path");
        var url = pooler.UrlOf(database.Name);
        var settings = ConnectionSettings.Resolve(new() { Connection = url });
        var tenant = settings.WithSchema("tenant_01", ["public"]);
        Leave(tenant.SearchPath!);
        await using (var connection = await tenant.OpenAsync(CancellationToken.None))
        {
            Leave("tenant_02");
            var look = await DatabaseInspection.ReadAsync(connection, new("tenant_01.mued_schema_history"), [], [], null, default);
            Assert.Equal("tenant_01", look.Facts.Schema);
        }

        Leave(tenant.SearchPath!);
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int);"),
            ("0002_b.sql", "CREATE TABLE b (id int);"),
            ("0003_index.sql", "CREATE INDEX CONCURRENTLY b_id ON b (id);")
        );
        var first = true;
        var report = await MigrationRunner.RunAsync(
            tenant,
            set.Options with
            {
                MaxBlocking = TimeSpan.Zero,
            },
            new Interloper(progress =>
            {
                if (first && progress is { Kind: ProgressKind.Step, Migration: not null })
                    Leave("tenant_02");
                first = first && progress.Migration is null;
            })
        );
        Assert.Equal(
            [MigrationStatus.Applied, MigrationStatus.Applied, MigrationStatus.Pending],
            report.Migrations.Select(migration => migration.Status)
        );
        Assert.Equal("TenantSessionShared", report.Error?.ErrorId);
        Assert.Equal(
            ["tenant_01.a", "tenant_01.b", "tenant_01.mued_schema_history"],
            await database.ColumnAsync<string>(
                "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname LIKE 'tenant%' ORDER BY 1"
            )
        );
        await using var other = await settings.OpenAsync(CancellationToken.None);
        Assert.DoesNotContain(
            "tenant",
            (string)(await other.ScalarAsync([BatchStep.Bare("SHOW search_path")], CancellationToken.None))!,
            StringComparison.Ordinal
        );

        void Leave(string path)
        {
            using var client = settings.CreateConnection();
            client.Open();
            using var set = new NpgsqlCommand("SELECT set_config('search_path', $1, false)", client)
            {
                Parameters = { new() { Value = path } },
            };
            set.ExecuteNonQuery();
        }
    }

    [Theory]
    [InlineData("CREATE EXTENSION IF NOT EXISTS plpgsql;", 1)]
    [InlineData("CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog;", 0)]
    public async Task An_extension_that_would_be_one_tenants_is_warned_of(string sql, int warnings)
    {
        await using var database = await WithTenantsAsync(1);
        using var set = new MigrationSet(("0001_extension.sql", sql));
        var report = await MigrationRunner.RunAsync(Assert.Single(await FindAsync(database, "tenant_*")), set.Options);
        Assert.True(report.Success, report.Error?.Message);
        Assert.Equal(warnings, report.Warnings.Count(warning => warning.StartsWith("0001_extension", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("CREATE SCHEMA IF NOT EXISTS shared;")]
    [InlineData("CREATE TABLE IF NOT EXISTS public.shared (id int);")]
    [InlineData("CREATE OR REPLACE FUNCTION public.made() RETURNS int LANGUAGE sql AS 'SELECT 2';")]
    [InlineData("GRANT EXECUTE ON FUNCTION public.made TO pg_monitor;")]
    public async Task What_all_tenants_make_at_once_is_made_by_one_and_found_by_the_others(string sql)
    {
        await using var database = await WithTenantsAsync(1);
        await database.ExecuteAsync("CREATE FUNCTION public.made() RETURNS int LANGUAGE sql AS 'SELECT 1'");
        using var set = new MigrationSet(("0001_shared.sql", sql + "CREATE TABLE a (id int);"));
        await using var other = await database.OpenAsync();
        await using (var first = new NpgsqlBatch(other) { BatchCommands = { new("BEGIN"), new(sql) } })
            await first.ExecuteNonQueryAsync();
        var tenant = Assert.Single(await FindAsync(database, "tenant_*"));
        var run = MigrationRunner.RunAsync(tenant, set.Options with { LockTimeout = TimeSpan.FromHours(1) });
        await Eventually.TrueAsync(async () => run.IsCompleted || await database.HasWaiterAsync());
        await using (var commit = new NpgsqlCommand("COMMIT", other))
            await commit.ExecuteNonQueryAsync();
        var report = await run;
        Assert.True(report.Success, report.Error?.Message);
        Assert.Single(report.Migrations[0].Attempts);
    }

    [Fact]
    public async Task The_history_that_another_tool_has_of_a_tenant_is_taken_over_and_no_other()
    {
        await using var database = await WithTenantsAsync(3);
        await database.ExecuteAsync(
            """
            CREATE TABLE public.schema_migrations (version text); INSERT INTO public.schema_migrations VALUES ('0001'), ('0002');
            CREATE TABLE tenant_01.schema_migrations (version text); INSERT INTO tenant_01.schema_migrations VALUES ('0001'), ('0002');
            CREATE TABLE tenant_02.schema_migrations (version text); INSERT INTO tenant_02.schema_migrations VALUES ('0001');
            """
        );
        using var set = new MigrationSet(
            ("0001_a.sql", "-- migrate:up\nCREATE TABLE a (id int);"),
            ("0002_b.sql", "-- migrate:up\nCREATE TABLE b (id int);")
        );
        string[] options = ["--url", database.Url, "--tenant-schema", "tenant_*", "--path", set.Path, "--output", "json"];
        Assert.Equal(["HistoryElsewhere", "HistoryElsewhere", null], await ErrorsAsync("migrate"));
        Assert.Equal([null, null, "ImportNoHistory"], await ErrorsAsync("import-history"));
        Assert.Equal([null, null, null], await ErrorsAsync("migrate"));
        Assert.Equal((1L, 2L), (await CountAsync(database, "a"), await CountAsync(database, "b")));
        Assert.Equal([2L, 2L, 2L], await LiveAsync(database, 3));

        async Task<IEnumerable<string?>> ErrorsAsync(string command) =>
            TargetsOf(CliReport.Of(await CliProcess.RunAsync([command, .. options])))
                .Select(target => target.GetProperty("error"))
                .Select(error => error.ValueKind == JsonValueKind.Null ? null : error.GetProperty("errorId").GetString());
    }

    [Fact]
    public async Task Undo_and_restore_of_one_tenant_leave_the_others_untouched()
    {
        await using var database = await WithTenantsAsync(3);
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int PRIMARY KEY, name text); CREATE VIEW seen AS SELECT name FROM a;"),
            ("rollback_0001.sql", "DROP VIEW seen; DROP TABLE a;")
        );
        var tenants = await FindAsync(database, "tenant_*");
        await EachAsync(tenants, tenant => MigrationRunner.RunAsync(tenant, set.Options));
        foreach (var tenant in tenants)
            await database.ExecuteAsync($"INSERT INTO {tenant.Schema}.a SELECT n, '{tenant.Schema}' FROM generate_series(1, 3) AS n");
        var root = Directory.CreateTempSubdirectory("mued-tenants-").FullName;
        var undone = await UndoRunner.RunAsync(
            tenants[1],
            new()
            {
                Path = set.Path,
                BackupRoot = root,
                Force = true,
            }
        );
        Assert.True(undone.Success, undone.Error?.Message);
        Assert.StartsWith($"{database.Name}.tenant_02-", Path.GetFileName(undone.Backup!.Path), StringComparison.Ordinal);
        Assert.Equal(2L, await CountAsync(database, "a"));
        Assert.Equal([1L, 0L, 1L], await LiveAsync(database, 3));

        Assert.True((await MigrationRunner.RunAsync(tenants[1], set.Options)).Success);
        var strange = await Assert.ThrowsAsync<MuedException>(() =>
            BackupRestorer.RunAsync(tenants[2], new() { Path = undone.Backup.Path, AllowOtherDatabase = true })
        );
        Assert.Equal("RestoreOtherTenant", strange.ErrorId);
        var restored = await BackupRestorer.RunAsync(tenants[1], new() { Path = undone.Backup.Path });
        Assert.True(restored.Success, restored.Error?.Message);
        Assert.Equal(
            ["tenant_01 3", "tenant_02 3", "tenant_03 3"],
            await database.ColumnAsync<string>(
                """
                SELECT name || ' ' || count(*) FROM (SELECT * FROM tenant_01.seen UNION ALL SELECT * FROM tenant_02.seen
                    UNION ALL SELECT * FROM tenant_03.seen) AS s GROUP BY name ORDER BY name
                """
            )
        );
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task Twenty_tenants_are_undone_side_by_side_and_none_copies_or_tells_what_is_anothers()
    {
        await using var database = await WithTenantsAsync(20);
        using var set = new MigrationSet(
            (
                "0001_a.sql",
                "CREATE TABLE a (id int PRIMARY KEY, gone int); CREATE TABLE b (id int REFERENCES a); CREATE TYPE c AS ENUM ('x');"
            ),
            ("rollback_0001.sql", "DROP TABLE b; DROP TABLE a; DROP TYPE c;")
        );
        var tenants = await FindAsync(database, "tenant_*");
        await EachAsync(tenants, tenant => MigrationRunner.RunAsync(tenant, set.Options));
        await database.ExecuteAsync(
            string.Concat(tenants.Select(tenant => $"INSERT INTO {tenant.Schema}.a SELECT n, n FROM generate_series(1, 500) AS n;"))
        );
        var root = Directory.CreateTempSubdirectory("mued-tenants-").FullName;
        var reports = await EachAsync(
            tenants,
            tenant =>
                UndoRunner.RunAsync(
                    tenant,
                    new()
                    {
                        Path = set.Path,
                        BackupRoot = root,
                        Force = true,
                    }
                )
        );
        foreach (var (tenant, report) in tenants.Zip(reports))
        {
            Assert.True(report.Success, report.Error?.Message);
            Assert.Empty(report.Attempts);
            Assert.Equal([$"{tenant.Schema}.a", $"{tenant.Schema}.b"], report.Tables.Select(table => table.Name).Order());
            Assert.Empty(report.Dependents);
            Assert.All(report.Objects, item => Assert.Contains(tenant.Schema!, item.Name, StringComparison.Ordinal));
        }

        Assert.Equal(0L, await CountAsync(database, "a"));
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task An_undo_takes_nothing_that_is_shared()
    {
        await using var database = await WithTenantsAsync(2);
        await database.ExecuteAsync("CREATE TABLE public.users (id int PRIMARY KEY); INSERT INTO public.users VALUES (1)");
        using var set = new MigrationSet(
            ("0001_a.sql", "CREATE TABLE a (id int);"),
            ("rollback_0001.sql", "DROP TABLE IF EXISTS users CASCADE;")
        );
        var tenants = await FindAsync(database, "tenant_*");
        var options = Everything(set);
        Assert.Equal(RunStatus.NothingToDo, (await UndoRunner.RunAsync(tenants[0], options)).Status);
        Assert.True((await MigrationRunner.RunAsync(tenants[0], set.Options)).Success);
        var report = await UndoRunner.RunAsync(tenants[0], options);
        Assert.Equal(("UndoOutsideTenant", ExitCode.MigrationFailed), (report.Error!.ErrorId, report.Error.ExitCode));
        Assert.Contains("table public.users", report.Error.Message, StringComparison.Ordinal);
        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM public.users"));
        Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM tenant_01.mued_schema_history WHERE undone_at IS NULL"));
    }

    [Fact]
    public async Task An_undo_takes_nothing_of_what_is_shared_by_any_statement()
    {
        await using var database = await WithTenantsAsync(1);
        await database.ExecuteAsync(
            """
            CREATE SCHEMA audit; CREATE PUBLICATION pub;
            CREATE TABLE public.users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int DEFAULT 1); INSERT INTO public.users DEFAULT VALUES;
            CREATE SEQUENCE public.gs; SELECT setval('public.gs', 9);
            CREATE TRIGGER trg BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
            CREATE POLICY pol ON public.users; CREATE RULE rul AS ON UPDATE TO public.users DO NOTHING; ALTER PUBLICATION pub ADD TABLE public.users;
            """
        );
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"), ("rollback_0001.sql", ""));
        var tenant = Assert.Single(await FindAsync(database, "tenant_*"));
        Assert.True((await MigrationRunner.RunAsync(tenant, set.Options)).Success);
        (string Sql, string Named)[] scripts =
        [
            ("DELETE FROM users", "table public.users"),
            ("SELECT setval('gs', 1)", "sequence public.gs"),
            ("DROP TRIGGER trg ON users", "trigger trg on public.users"),
            ("DROP POLICY pol ON users", "policy pol on public.users"),
            ("DROP RULE rul ON users", "rule rul on public.users"),
            ("ALTER TABLE users ALTER n DROP DEFAULT", "default value for public.users.n"),
            ("ALTER TABLE users ALTER id DROP IDENTITY", "sequence public.users_id_seq"),
            ("ALTER PUBLICATION pub DROP TABLE users", "publication relation public.users in publication pub"),
            ("DROP PUBLICATION pub", "publication pub"),
            ("DROP SCHEMA audit", "schema audit"),
        ];
        var refused = new List<string>();
        foreach (var (sql, named) in scripts)
        {
            set.Write("rollback_0001.sql", $"DROP TABLE a; {sql};");
            var report = await UndoRunner.RunAsync(tenant, Everything(set));
            if (report.Error is { ErrorId: "UndoOutsideTenant" } error && error.Message.Contains(named, StringComparison.Ordinal))
                refused.Add(sql);
        }

        Assert.Equal(scripts.Select(script => script.Sql), refused);
    }

    // What the rollback script does with large objects, and which of them stops it; 7001 is of the tenant's row, 7002 of another's, 7003 of both,
    // 7004 of none.
    [Theory]
    [InlineData("SELECT lo_unlink(content) FROM a; DROP TABLE a;", null)]
    [InlineData("SELECT lo_put(7001, 0, 'new');", null)]
    [InlineData("SELECT lo_unlink(7002);", "7002")]
    [InlineData("SELECT lo_put(7002, 0, 'new');", "7002")]
    [InlineData("SELECT lo_unlink(7002); SELECT lo_from_bytea(7002, 'new');", "7002")]
    [InlineData("SELECT lo_unlink(oid) FROM pg_largeobject_metadata;", "7002, 7003, 7004")]
    public async Task An_undo_takes_large_objects_of_the_tenant_and_no_other(string sql, string? named)
    {
        await using var database = await WithTenantsAsync(2);
        await database.ExecuteAsync(
            """
            CREATE DOMAIN public.lo AS oid; CREATE TABLE tenant_01.a (content public.lo); CREATE TABLE tenant_02.a (content public.lo);
            CREATE TABLE public.logo (content oid); SELECT lo_from_bytea(7000 + n, 'x') FROM generate_series(1, 4) AS n;
            INSERT INTO tenant_01.a VALUES (7001); INSERT INTO tenant_02.a VALUES (7002); INSERT INTO public.logo VALUES (7003);
            """
        );
        using var set = new MigrationSet(("0001_b.sql", "CREATE TABLE b ();"), ("rollback_0001.sql", "DROP TABLE b;" + sql));
        var tenant = Assert.Single(await FindAsync(database, "tenant_01"));
        Assert.True((await MigrationRunner.RunAsync(tenant, set.Options)).Success);
        if (named is not null)
            await database.ExecuteAsync("INSERT INTO tenant_01.a VALUES (7003)");
        var report = await UndoRunner.RunAsync(tenant, Everything(set));
        Assert.Equal(named is null ? null : "UndoLargeObjectsOutsideTenant", report.Error?.ErrorId);
        Assert.EndsWith(named is null ? "" : $": {named}.", report.Error?.Message ?? "", StringComparison.Ordinal);
    }

    // Why it is not known whether a row of another tenant refers to a large object that the rollback script unlinks.
    [Theory]
    [InlineData("REVOKE USAGE ON SCHEMA tenant_02 FROM {0}", false)]
    [InlineData("REVOKE SELECT ON tenant_02.a FROM {0}", false)]
    [InlineData("ALTER TABLE tenant_02.a ENABLE ROW LEVEL SECURITY", false)]
    [InlineData("LOCK TABLE tenant_02.a", true)]
    [InlineData("REINDEX TABLE tenant_02.a", true)]
    public async Task An_undo_takes_no_large_object_that_a_table_may_refer_to_which_it_cannot_read(string sql, bool whileOpen)
    {
        await using var database = await WithTenantsAsync(2);
        var role = "r" + database.Name;
        await database.ExecuteAsync(
            $"""
            CREATE TABLE tenant_02.a (content oid PRIMARY KEY); CREATE ROLE {role} LOGIN PASSWORD 'x';
            GRANT ALL ON SCHEMA tenant_01 TO {role}; GRANT USAGE ON SCHEMA tenant_02 TO {role}; GRANT SELECT ON tenant_02.a TO {role};
            """
        );
        try
        {
            var settings = database.Settings.WithCredential(role, "x").WithSchema("tenant_01", ["public"]);
            using var set = new MigrationSet(
                ("0001_b.sql", "CREATE TABLE b (content oid); INSERT INTO b VALUES (lo_from_bytea(0, 'x'));"),
                ("rollback_0001.sql", "SELECT lo_unlink(content) FROM b; DROP TABLE b;")
            );
            Assert.Null((await MigrationRunner.RunAsync(settings, set.Options)).Error);
            await using var other = await database.OpenAsync();
            await using var change = new NpgsqlCommand(
                (whileOpen ? "BEGIN;" : "") + string.Format(CultureInfo.InvariantCulture, sql, role),
                other
            );
            await change.ExecuteNonQueryAsync();
            var options = Everything(set) with { RetryTime = TimeSpan.Zero };
            var report = await UndoRunner.RunAsync(settings, options);
            Assert.Equal("UndoLargeObjectsUnknown", report.Error?.ErrorId);
            Assert.Contains(": tenant_02.a.", report.Error!.Message, StringComparison.Ordinal);
            if (!whileOpen)
                return;
            await other.CloseAsync();
            Assert.Null((await UndoRunner.RunAsync(settings, options)).Error);
        }
        finally
        {
            await database.ExecuteAsync($"DROP OWNED BY {role} CASCADE; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task An_undo_of_large_objects_needs_no_room_for_the_locks_of_all_tables()
    {
        await using var sandbox = await SandboxServer.StartAsync(
            new()
            {
                Settings = new Dictionary<string, string> { ["max_locks_per_transaction"] = "10", ["max_connections"] = "20" },
            }
        );
        await using var database = await TestDatabase.CreateAsync(TestServer.Of(sandbox));
        await database.ExecuteAsync(
            "DO $$ BEGIN CREATE SCHEMA tenant_7; FOR n IN 1 .. 1000 LOOP EXECUTE 'CREATE TABLE t' || n || ' (content oid)'; COMMIT; END LOOP; END $$"
        );
        using var set = new MigrationSet(
            ("0001_b.sql", "CREATE TABLE b (content oid); INSERT INTO b VALUES (lo_from_bytea(0, 'x'));"),
            ("rollback_0001.sql", "SELECT lo_unlink(content) FROM b; DROP TABLE b;")
        );
        var tenant = database.Settings.WithSchema("tenant_7", ["public"]);
        Assert.Null((await MigrationRunner.RunAsync(tenant, set.Options)).Error);
        Assert.Null((await UndoRunner.RunAsync(tenant, Everything(set))).Error);
    }

    [Fact]
    public async Task An_undo_takes_what_is_of_the_tenant_whatever_its_kind()
    {
        await using var database = await WithTenantsAsync(2);
        await database.ExecuteAsync(
            """
            CREATE PUBLICATION pub; CREATE TABLE public.plan (id int PRIMARY KEY); CREATE TABLE tenant_01.kept (id serial);
            INSERT INTO tenant_01.kept DEFAULT VALUES; CREATE TABLE tenant_02.kept (id serial); CREATE SEQUENCE public.gs; SELECT setval('public.gs', 9);
            CREATE FUNCTION tenant_01.start_anew() RETURNS bigint LANGUAGE sql AS $$ SELECT setval('tenant_01.kept_id_seq', 1) $$;
            CREATE FUNCTION tenant_02.start_anew() RETURNS bigint LANGUAGE sql AS $$ SELECT setval('tenant_02.kept_id_seq', 1) $$;
            """
        );
        using var set = new MigrationSet(
            (
                "0001_a.sql",
                """
                CREATE EXTENSION hstore; CREATE TABLE b (id int GENERATED ALWAYS AS IDENTITY, n int DEFAULT 1, plan int REFERENCES plan, h hstore);
                CREATE TABLE a (LIKE b INCLUDING ALL); ALTER PUBLICATION pub ADD TABLE b;
                CREATE TRIGGER trg BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
                CREATE POLICY pol ON a; CREATE RULE rul AS ON UPDATE TO a DO NOTHING;
                ALTER DEFAULT PRIVILEGES IN SCHEMA tenant_01 GRANT SELECT ON TABLES TO pg_monitor;
                """
            ),
            (
                "rollback_0001.sql",
                """
                DROP TRIGGER trg ON a; DROP POLICY pol ON a; DROP RULE rul ON a; ALTER TABLE a ALTER n DROP DEFAULT, ALTER id DROP IDENTITY;
                ALTER DEFAULT PRIVILEGES IN SCHEMA tenant_01 REVOKE SELECT ON TABLES FROM pg_monitor;
                DROP TABLE a; DROP TABLE b; DROP EXTENSION hstore; DELETE FROM kept; SELECT setval('kept_id_seq', 1) WHERE 'gs' <> '';
                SELECT start_anew();
                """
            )
        );
        var tenant = Assert.Single(await FindAsync(database, "tenant_01"));
        var migrated = await MigrationRunner.RunAsync(tenant, set.Options);
        Assert.True(migrated.Success, migrated.Error?.Message);
        const string others = "SELECT pg_relation_filenode('tenant_02.kept_id_seq')::int";
        var before = await database.ScalarAsync<int>(others);
        var report = await UndoRunner.RunAsync(tenant, Everything(set));
        Assert.True(report.Success, report.Error?.Message);
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM tenant_01.kept"));
        Assert.Equal(before, await database.ScalarAsync<int>(others));
    }

    private static UndoOptions Everything(MigrationSet set) =>
        new()
        {
            Path = set.Path,
            NoBackup = true,
            Force = true,
        };

    private static async Task<TestDatabase> WithTenantsAsync(int count)
    {
        var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(string.Concat(Enumerable.Range(1, count).Select(number => $"CREATE SCHEMA tenant_{number:00};")));
        return database;
    }

    private static Task<IReadOnlyList<ConnectionSettings>> FindAsync(TestDatabase database, string pattern, string? history = null) =>
        new TargetSearch { TenantSchema = pattern, HistoryTable = history }.FindAsync(
            [database.Settings],
            (_, _) => throw new NotSupportedException(),
            default
        );

    private static async Task<IReadOnlyList<T>> EachAsync<T>(
        IReadOnlyList<ConnectionSettings> tenants,
        Func<ConnectionSettings, Task<T>> work
    )
        where T : class
    {
        var runner = new FleetRunner<ConnectionSettings, T>(tenants, new()) { Work = (tenant, _) => work(tenant), Failed = _ => false };
        return [.. (await runner.RunAsync(default)).Select(outcome => outcome.Result ?? throw outcome.Error!)];
    }

    private sealed class Interloper(Action<RunProgress> act) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => act(value);
    }

    private static List<JsonElement> TargetsOf(JsonElement report) => [.. report.GetProperty("targets").EnumerateArray()];

    private static Task<long> CountAsync(TestDatabase database, string table) =>
        database.ScalarAsync<long>(Tables.Replace("{0}", $"'{table}'", StringComparison.Ordinal));

    private static async Task<IReadOnlyList<long>> LiveAsync(TestDatabase database, int count) =>
        await database.ColumnAsync<long>(
            string.Join(
                " UNION ALL ",
                Enumerable
                    .Range(1, count)
                    .Select(number => $"(SELECT count(*) FROM tenant_{number:00}.mued_schema_history WHERE undone_at IS NULL)")
            )
        );
}
