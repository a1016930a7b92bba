using System.Text.Json;

namespace Mued.PsDb.Tests.Safety;

/// <summary>The migration test as a whole: what it is run on, where sizes come from, what is allowed, and what it does with bad input.</summary>
public class MigrationTestTests
{
    private const string Users = "CREATE TABLE users (id int PRIMARY KEY, n int, email text); CREATE VIEW names AS SELECT id FROM users;";

    [Fact]
    public async Task Without_a_database_the_earlier_files_are_the_base_and_their_tables_are_large()
    {
        using var set = new MigrationSet(("0001_users.sql", Users), ("0002_index.sql", "SELECT 1;\nCREATE INDEX ON users (n);"));
        var report = await MigrationTest.RunAsync(null, new() { Migrations = set.Options, New = ["0002_index"] });
        var finding = report.Findings[0];
        Assert.False(report.Passed);
        Assert.Equal(("blocking-index-build", FindingSeverity.Error, 2, 1), (finding.Rule, finding.Severity, finding.Line, finding.Column));
        Assert.Equal(("public.users", Blocking.Writes, null), (finding.Relation, finding.Blocks, finding.Evidence.Bytes));
        Assert.Equal(["users_n_idx"], finding.Evidence.IndexesBuilt);
        Assert.Equal(["0002_index"], report.Migrations.Select(migration => migration.Name));
    }

    [Fact]
    public async Task A_database_gives_history_schema_and_sizes_and_is_left_alone()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(
            (
                "0001_users.sql",
                "CREATE TABLE large (id int, n int); CREATE TYPE mood AS ENUM ('a'); CREATE TABLE small (id int, m mood, CHECK (id > 0));"
            )
        );
        Assert.Null((await MigrationRunner.RunAsync(database.Settings, set.Options)).Error);
        await database.ExecuteAsync("INSERT INTO large SELECT g, g FROM generate_series(1, 20000) AS g; ANALYZE");
        set.Write("0002_index.sql", "CREATE INDEX ON large (n);\nCREATE INDEX ON small (m);");
        var before = await database.CatalogAsync();

        var report = await MigrationTest.RunAsync(database.Settings, new() { Migrations = set.Options });
        var finding = Assert.Single(report.Findings, finding => finding.Severity == FindingSeverity.Error);
        Assert.Equal((1, 20_000L), (finding.Line, finding.Evidence.Rows));
        Assert.Null(report.Error);
        Assert.Empty(report.Warnings);
        Assert.Equal(before, await database.CatalogAsync());
    }

    [Fact]
    public async Task A_snapshot_with_sizes_stands_for_the_database()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            Users + "CREATE ROLE mued_trace_owner; CREATE POLICY mine ON users TO mued_trace_owner; INSERT INTO users VALUES (1, 1, '')"
        );
        try
        {
            using var set = new MigrationSet(("0002_index.sql", "CREATE INDEX ON users (n);"));
            var file = set.FileOf("base.json");
            (await SchemaExport.RunAsync(database.Settings, new() { IncludeSizes = true })).Save(file);
            var report = await MigrationTest.RunAsync(
                null,
                new()
                {
                    Migrations = set.Options,
                    Base = file,
                    FailOn = FindingSeverity.Warning,
                }
            );
            Assert.True(report.Passed, string.Join('\n', report.Findings.Select(finding => finding.Message)) + report.Error);
            Assert.Empty(report.Warnings);
        }
        finally
        {
            await database.ExecuteAsync("DROP OWNED BY mued_trace_owner; DROP ROLE mued_trace_owner");
        }
    }

    [Fact]
    public async Task What_pg_dump_writes_is_a_base()
    {
        using var set = new MigrationSet(
            (
                "0002_drop.sql",
                "-- mued: allow data-loss moved\n-- mued: allow breaks-readers moved\nDROP TABLE a.users;\n-- mued: allow order nothing of the kind\nSELECT 1;"
            )
        );
        using var dump = new MigrationSet(
            (
                "dump.sql",
                """
                \restrict abc
                SELECT pg_catalog.set_config('search_path', '', false);
                CREATE EXTENSION IF NOT EXISTS no_such_extension WITH SCHEMA public;
                CREATE SCHEMA a;
                ALTER SCHEMA a OWNER TO somebody;
                CREATE TABLE a.users (id integer NOT NULL);
                GRANT SELECT ON TABLE a.users TO anybody;
                \unrestrict abc
                """
            )
        );
        var report = await MigrationTest.RunAsync(null, new() { Migrations = set.Options, Base = dump.FileOf("dump.sql") });
        Assert.True(report.Passed, report.Error?.ToString());
        Assert.Contains("no_such_extension", Assert.Single(report.Warnings), StringComparison.Ordinal);
        var unused = Assert.Single(report.Findings, finding => finding.Severity == FindingSeverity.Warning);
        Assert.Equal(("unused-allow", 4), (unused.Rule, unused.Line));
    }

    [Fact]
    public async Task A_statement_that_fails_ends_the_test_with_its_place()
    {
        using var set = new MigrationSet(
            ("0001_users.sql", Users),
            ("0002_bad.sql", "ALTER TABLE users ADD COLUMN x int;\n  SELECT nothing;")
        );
        var report = await MigrationTest.RunAsync(null, new() { Migrations = set.Options });
        Assert.False(report.Passed);
        Assert.Equal((ExitCode.MigrationFailed, "42703", 2), (report.Error?.ExitCode, report.Error?.SqlState, report.Error?.Line));
        Assert.Equal([2, 1], report.Migrations.Select(migration => migration.Statements.Count));
    }

    [Theory]
    [InlineData("-- mued: allow data-los gone\nDROP TABLE a;", "UnknownRule")]
    [InlineData("-- mued: allow data-loss\nDROP TABLE a;", "AllowanceWithoutReason")]
    public async Task An_exception_that_cannot_be_meant_is_refused(string sql, string errorId)
    {
        using var set = new MigrationSet(("0001_a.sql", sql));
        var error = await Assert.ThrowsAsync<MuedException>(() => MigrationTest.RunAsync(null, new() { Migrations = set.Options }));
        Assert.Equal((errorId, ExitCode.Usage, 1), (error.ErrorId, error.ExitCode, error.Line));
    }

    [Fact]
    public async Task The_command_writes_SARIF_and_JSON_and_fails_from_a_severity_on()
    {
        using var set = new MigrationSet(("0001_users.sql", Users), ("0002_a b.sql", "ALTER TABLE users RENAME TO people;"));
        var sarif = set.FileOf("report.sarif");
        string[] arguments =
        [
            "test-migration",
            "--path",
            set.Path,
            "--new",
            set.FileOf("0002_a b.sql"),
            "--output",
            "json",
            "--report",
            sarif,
        ];
        var passed = await CliProcess.RunAsync(arguments);
        Assert.Equal(0, passed.ExitCode);
        using var json = JsonDocument.Parse(passed.Output);
        Assert.Equal("warning", json.RootElement.GetProperty("findings")[0].GetProperty("severity").GetString());
        Assert.Equal(1, (await CliProcess.RunAsync([.. arguments, "--fail-on", "warning"])).ExitCode);

        Assert.Empty(await SarifTool.ErrorsOfAsync(sarif));
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(sarif));
        var run = document.RootElement.GetProperty("runs")[0];
        var result = run.GetProperty("results")[0];
        Assert.Equal(("breaks-readers", "warning"), (result.GetProperty("ruleId").GetString(), result.GetProperty("level").GetString()));
        var rule = run.GetProperty("tool").GetProperty("driver").GetProperty("rules")[result.GetProperty("ruleIndex").GetInt32()];
        Assert.Equal("breaks-readers", rule.GetProperty("id").GetString());
        var place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.EndsWith("0002_a%20b.sql", place.GetProperty("artifactLocation").GetProperty("uri").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_safe_form_is_shown_when_it_was_proven_and_written_on_request()
    {
        using var set = new MigrationSet(
            ("0001_users.sql", Users + "CREATE TABLE orders (id int PRIMARY KEY, \"user\" int, total int);"),
            (
                "0002_all.sql",
                """
                ALTER TABLE orders ADD CHECK (total > 0);
                ALTER TABLE orders ADD FOREIGN KEY ("user") REFERENCES users ON DELETE CASCADE;
                CREATE INDEX ON orders ("user");
                ALTER TABLE orders ADD CONSTRAINT once UNIQUE (id, "user") DEFERRABLE;
                ALTER TABLE users ALTER COLUMN email SET NOT NULL;
                ALTER TABLE users ADD CHECK (n > 0), ADD COLUMN x int;
                """
            )
        );
        var report = await MigrationTest.RunAsync(null, new() { Migrations = set.Options, New = ["0002_all"] });
        var forms = report
            .Findings.Where(finding => finding.Blocks != Blocking.None)
            .ToLookup(finding => finding.Line, finding => finding.Rewrite);
        Assert.Equal([2, 2, 1, 2, 3, 0], Enumerable.Range(1, 6).Select(line => forms[line].Max(form => form.Count)));
        Assert.Equal(
            ["CREATE INDEX CONCURRENTLY orders_user_idx ON public.orders USING btree (\"user\");"],
            forms[3].MaxBy(form => form.Count)
        );
        Assert.All(report.Findings, finding => Assert.Equal(finding.Rewrite.Count > 0, finding.Proven));

        var files = SafeFormFiles.Write(report, System.IO.Path.Combine(set.Path, "fix"));
        Assert.Equal(Enumerable.Range(1, 10).Select(number => $"0002.{number}_all.sql"), files.Select(System.IO.Path.GetFileName));
        Assert.Equal(
            ExitCode.ReportUnwritten,
            Assert.Throws<MuedException>(() => SafeFormFiles.Write(report, System.IO.Path.Combine(set.Path, "fix"))).ExitCode
        );
    }

    [Fact]
    public void The_help_lists_every_rule_and_its_names_elsewhere()
    {
        var text = string.Join(
            ' ',
            File.ReadAllText(Repository.PathOf("module/en-US/about_Mued.PsDb_Safety.help.txt"))
                .Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
        );
        foreach (var rule in SafetyRules.All)
            Assert.Contains(
                string.Join(' ', [$"{rule.Id} ({rule.Severity.ToString().ToLowerInvariant()})", rule.Title, .. rule.Peers]),
                text,
                StringComparison.Ordinal
            );
    }
}
