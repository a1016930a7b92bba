using System.Xml.Linq;

namespace Mued.PsDb.Tests.Cli;

public class MigrateCommandTests
{
    [Fact]
    public async Task Migrate_test_schema_and_migrate_again_agree()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        var first = await CliProcess.RunAsync("migrate", "--url", database.Url, "--output", "json");
        Assert.Equal((0, ""), (first.ExitCode, first.Error));
        var report = CliReport.Of(first);
        Assert.Equal("Succeeded", report.GetProperty("status").GetString());
        Assert.Equal(3, report.GetProperty("migrations").GetArrayLength());
        Assert.True(report.GetProperty("verification").GetProperty("passed").GetBoolean());
        Assert.True(report.GetProperty("durationMs").GetDouble() > 0);

        var schema = await CliProcess.RunAsync("test-schema", "--url", database.Url, "--output", "json");
        Assert.Equal(0, schema.ExitCode);
        Assert.True(CliReport.Of(schema).GetProperty("passed").GetBoolean());

        var status = CliReport.Of(await CliProcess.RunAsync("status", "--url", database.Url, "--output", "json"));
        Assert.Equal((3, 0), (status.GetProperty("applied").GetInt32(), status.GetProperty("pending").GetInt32()));

        var second = await CliProcess.RunAsync("migrate", "--url", database.Url, "--output", "json");
        Assert.Equal(0, second.ExitCode);
        Assert.Equal("NothingToDo", CliReport.Of(second).GetProperty("status").GetString());
    }

    [Fact]
    public async Task The_junit_report_of_a_run_has_a_case_for_each_migration_and_each_check()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        var path = Path.Combine(Directory.CreateTempSubdirectory("mued-cli-").FullName, "r.xml");
        var report = CliReport.Of(await CliProcess.RunAsync("migrate", "--url", database.Url, "--output", "json", "--report", path));
        Assert.Equal(
            report.GetProperty("migrations").GetArrayLength() + report.GetProperty("verification").GetProperty("checks").GetInt32(),
            XDocument.Load(path).Descendants("testcase").Count()
        );
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public async Task A_half_built_phase_2_is_completed()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        await database.ExecuteAsync(
            "CREATE TYPE license_type AS ENUM ('cc_by','cc_by_sa','cc_by_nc','cc_by_nc_sa','proprietary','mit','apache_2_0','all_rights_reserved','public_domain')"
        );
        Assert.Equal(0, (await CliProcess.RunAsync("migrate", "--url", database.Url)).ExitCode);
    }

    [Fact]
    public async Task A_baseline_that_is_to_be_found_needs_a_yes()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        await database.ExecuteAsync(await File.ReadAllTextAsync(Repository.PathOf("sql/migrations/0006_add_rag_metrics.sql")));
        string[] arguments = ["migrate", "--url", database.Url, "--baseline", "auto", "--output", "json"];
        var asked = await CliProcess.RunAsync(arguments);
        Assert.Equal((2, "BaselineUnconfirmed"), (asked.ExitCode, CliReport.ErrorOf(asked).GetProperty("errorId").GetString()));

        var forced = await CliProcess.RunAsync([.. arguments, "--force"]);
        Assert.Equal((0, ""), (forced.ExitCode, forced.Error));
        Assert.Equal("0006_add_rag_metrics", CliReport.Of(forced).GetProperty("baseline").GetProperty("migration").GetString());
        Assert.Equal("baseline", await database.ScalarAsync<string>("SELECT kind FROM mued_schema_history ORDER BY version LIMIT 1"));
    }

    [Fact]
    public async Task A_folder_is_listed_without_a_database_only_when_asked_to()
    {
        using var set = new MigrationSet(("1_a.sql", "SELECT 1"), ("2_b.sql", "SELECT 2"));
        string[] arguments = ["status", "--path", set.Path, "--output", "json"];
        var offline = CliReport.Of(await CliProcess.RunAsync([.. arguments, "--offline"]));
        Assert.Equal(
            ["Unknown", "Unknown"],
            offline.GetProperty("migrations").EnumerateArray().Select(item => item.GetProperty("state").GetString())
        );
        Assert.Equal("NoConnectionGiven", CliReport.ErrorOf(await CliProcess.RunAsync(arguments)).GetProperty("errorId").GetString());
        var both = await CliProcess.RunAsync([.. arguments, "--offline", "--url", "postgresql://nobody@localhost/nothing"]);
        Assert.Equal((2, "OfflineWithDatabase"), (both.ExitCode, CliReport.ErrorOf(both).GetProperty("errorId").GetString()));
    }

    [Fact]
    public async Task A_failed_check_ends_1()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        Assert.Equal(0, (await CliProcess.RunAsync("migrate", "--url", database.Url)).ExitCode);
        await database.ExecuteAsync("DROP INDEX idx_plugin_name");
        var test = await CliProcess.RunAsync("test-schema", "--url", database.Url, "--output", "json");
        Assert.Equal(1, test.ExitCode);
        var check = CliReport.Of(test).GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("failed").GetBoolean());
        Assert.Equal(
            ("Missing", "public.idx_plugin_name"),
            (check.GetProperty("status").GetString(), check.GetProperty("name").GetString())
        );
        Assert.Equal(1, (await CliProcess.RunAsync("migrate", "--url", database.Url)).ExitCode);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        var result = await CliProcess.RunAsync("migrate", "--url", database.Url, "--dry-run", "--output", "json");
        Assert.Equal((0, "DryRun"), (result.ExitCode, CliReport.Of(result).GetProperty("status").GetString()));
        Assert.Equal(
            2L,
            await database.ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        );
    }

    [Fact]
    public async Task Every_report_format_is_written_whole()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = BadInputTests.Broken();
        var folder = Directory.CreateTempSubdirectory("mued-cli-").FullName;
        foreach (var ending in (string[])["json", "xml", "md", "html"])
            Assert.Equal(
                4,
                (
                    await CliProcess.RunAsync(
                        "migrate",
                        "--url",
                        database.Url,
                        "--path",
                        set.Path,
                        "--report",
                        Path.Combine(folder, "r." + ending)
                    )
                ).ExitCode
            );
        Assert.Equal(
            ["r.html", "r.json", "r.md", "r.xml"],
            Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.Single(XDocument.Load(Path.Combine(folder, "r.xml")).Descendants("failure"));
        foreach (var file in Directory.EnumerateFiles(folder))
            Assert.Contains("42601", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task In_a_pipeline_the_agent_gets_its_commands_and_a_notice_gives_none()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(
            (
                "0001_notice.sql",
                "DO $$ BEGIN RAISE NOTICE E'##vso[task.complete result=Failed]\\n##[error]x'; END $$;\nCREATE TABLE \"##vso[task.setvariable variable=a]b\" (id int);"
            ),
            ("0002_bad.sql", "SELECT * FROM \"##vso[task.complete result=Succeeded]\";")
        );
        var folder = Directory.CreateTempSubdirectory("mued-cli-").FullName;
        var agent = new Dictionary<string, string> { ["TF_BUILD"] = "True", ["AGENT_TEMPDIRECTORY"] = folder };
        foreach (
            var more in (string[][])
                [
                    [],
                    ["--output", "json"],
                    ["--reporter", "text"],
                ]
        )
        {
            var result = await CliProcess.WaitAsync(
                CliProcess.Start(null, agent, ["migrate", "--url", database.Url, "--path", set.Path, .. more])
            );
            Assert.Equal(4, result.ExitCode);
            var commands = (result.Output + result.Error).Split('\n').Where(line => line.Contains("##", StringComparison.Ordinal)).ToList();
            Assert.All(
                commands,
                line =>
                    Assert.Matches(@"^##(vso\[task\.(logissue|setprogress|uploadsummary)[ \]]|\[(group|endgroup|section|error)\])", line)
            );
            Assert.All(commands, line => Assert.Equal(0, line.LastIndexOf("##", StringComparison.Ordinal)));
            Assert.DoesNotContain('\e', result.Output + result.Error);
            if (more is ["--reporter", ..])
            {
                Assert.Empty(commands);
                continue;
            }

            Assert.Contains(
                commands,
                line =>
                    line.StartsWith(
                        $"##vso[task.logissue type=error;sourcepath={set.FileOf("0002_bad.sql")};linenumber=1;",
                        StringComparison.Ordinal
                    )
            );
            var summary = commands
                .Single(line => line.StartsWith("##vso[task.uploadsummary]", StringComparison.Ordinal))
                .Split(']')[1]
                .Trim();
            Assert.StartsWith("## mued-psdb migrate: Failed", await File.ReadAllTextAsync(summary), StringComparison.Ordinal);
            if (more.Length > 0)
                CliReport.ErrorOf(result with { Error = CliReport.Of(result).GetProperty("error").GetProperty("message").GetString()! });
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Undo_without_force_asks_nobody_and_ends_2()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        Assert.Equal(0, (await CliProcess.RunAsync("migrate", "--url", database.Url)).ExitCode);
        var refused = await CliProcess.RunAsync("undo", "--url", database.Url, "--output", "json");
        Assert.Equal("ConfirmationNeeded", CliReport.ErrorOf(refused).GetProperty("errorId").GetString());
        Assert.Equal(2L, await database.ScalarAsync<long>("SELECT count(*) FROM plugin_registry"));

        var backup = Path.Combine(Directory.CreateTempSubdirectory("mued-cli-").FullName, "backup");
        var undone = await CliProcess.RunAsync("undo", "--url", database.Url, "--force", "--backup-path", backup, "--output", "json");
        Assert.Equal((0, 2), (undone.ExitCode, CliReport.Of(undone).GetProperty("backup").GetProperty("rows").GetInt32()));
        Assert.Equal(0, (await CliProcess.RunAsync("migrate", "--url", database.Url)).ExitCode);
        await database.ExecuteAsync("DELETE FROM plugin_registry");
        var restored = await CliProcess.RunAsync("restore", "--url", database.Url, "--backup-path", backup, "--output", "json");
        Assert.Equal((0, 2), (restored.ExitCode, CliReport.Of(restored).GetProperty("loaded").GetInt32()));
        Directory.Delete(Path.GetDirectoryName(backup)!, recursive: true);
    }

    [Fact]
    public async Task An_exported_schema_is_the_expectation_that_passes()
    {
        await using var database = await TestDatabase.CreatePhase2BaseAsync();
        var file = Path.Combine(Directory.CreateTempSubdirectory("mued-cli-").FullName, "schema.json");
        var export = await CliProcess.RunAsync("export-schema", "--url", database.Url, "--schema", file, "--output", "json");
        Assert.Equal((0, file), (export.ExitCode, CliReport.Of(export).GetProperty("file").GetString()));
        Assert.Equal(await File.ReadAllTextAsync(file), (await CliProcess.RunAsync("export-schema", "--url", database.Url)).Output);
        Assert.Equal(0, (await CliProcess.RunAsync("test-schema", "--url", database.Url, "--schema", file, "--strict")).ExitCode);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }
}
