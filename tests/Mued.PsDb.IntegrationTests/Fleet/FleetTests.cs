using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;
using Mued.PsDb.Tests.Cli;

namespace Mued.PsDb.Tests.Fleet;

/// <summary>One command on many databases, through the real program.</summary>
public class FleetTests
{
    private const string Applied = "SELECT count(*) FROM public.mued_schema_history";

    [Fact]
    public async Task A_broken_database_stops_no_other_and_a_second_run_does_what_is_left()
    {
        await using var fleet = await TestFleet.CreateAsync(4);
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"), ("0002_b.sql", "CREATE TABLE b (id int);"));
        await TestConnection.ExecuteAsync(fleet.Urls[1], "CREATE TABLE b ()");
        string[] command = ["migrate", .. fleet.Urls.SelectMany(url => new[] { "--url", url }), "--path", set.Path, "--output", "json"];

        var first = await CliProcess.RunAsync(command);
        var report = CliReport.Of(first);
        Assert.Equal((4, "Failed"), (first.ExitCode, report.GetProperty("status").GetString()));
        Assert.Equal(
            ["Succeeded", "Failed", "Succeeded", "Succeeded"],
            report.GetProperty("targets").EnumerateArray().Select(target => target.GetProperty("status").GetString())
        );
        var message = report.GetProperty("targets")[1].GetProperty("error").GetProperty("message").GetString();
        Assert.Contains(TestFleet.NameOf(fleet.Urls[1]), message, StringComparison.Ordinal);
        Assert.Equal(4, first.Error.TrimEnd().Split('\n').Length);

        await TestConnection.ExecuteAsync(fleet.Urls[1], "DROP TABLE b");
        var second = CliReport.Of(await CliProcess.RunAsync(command));
        Assert.Equal(
            ["NothingToDo", "Succeeded", "NothingToDo", "NothingToDo"],
            second.GetProperty("targets").EnumerateArray().Select(target => target.GetProperty("status").GetString())
        );
    }

    [Fact]
    public async Task The_text_has_a_line_a_database_and_one_summary_and_the_worst_exit_code()
    {
        await using var fleet = await TestFleet.CreateAsync(2);
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
        var file = Path.GetTempFileName();
        await File.WriteAllLinesAsync(
            file,
            [fleet.Urls[0], "# none", "", "postgresql://nobody@127.0.0.1:1/gone?connect_timeout=1", fleet.Urls[1]]
        );
        string[] migrate = ["migrate", "--url-file", file, "--path", set.Path];
        var twice = await CliProcess.RunAsync([.. migrate, "--env-file", "other.env", "--output", "json"]);
        Assert.Equal((2, "ConnectionTwice"), (twice.ExitCode, CliReport.ErrorOf(twice).GetProperty("errorId").GetString()));
        var result = await CliProcess.RunAsync(migrate);
        File.Delete(file);
        Assert.Equal(3, result.ExitCode);
        Assert.Equal(2, result.Output.Split('\n').Count(line => line.StartsWith("Succeeded  ", StringComparison.Ordinal)));
        Assert.Contains("Failed: 2 of 3 succeeded, 1 failed in ", result.Output, StringComparison.Ordinal);
        Assert.Contains("nobody@127.0.0.1:1/gone", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--canary", "1", 1, 2)]
    [InlineData("--max-failures", "2", 2, 1)]
    public async Task A_bound_of_failures_leaves_the_rest_alone(string option, string value, int failed, int notRun)
    {
        await using var fleet = await TestFleet.CreateAsync(3);
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id nothing);"));
        var result = await CliProcess.RunAsync([
            "migrate",
            "--database",
            fleet.Pattern,
            "--url",
            fleet.Server.Url,
            "--path",
            set.Path,
            option,
            value,
            "--throttle-limit",
            "1",
            "--output",
            "json",
        ]);
        var report = CliReport.Of(result);
        Assert.Equal(
            (4, failed, notRun),
            (result.ExitCode, report.GetProperty("failed").GetInt32(), report.GetProperty("notRun").GetInt32())
        );
    }

    [Fact]
    public async Task What_is_wrong_with_the_files_is_told_once_and_nothing_is_executed()
    {
        await using var fleet = await TestFleet.CreateAsync(2);
        using var set = new MigrationSet(("0001_a.sql", "SELECT 'open"));
        var result = await CliProcess.RunAsync("migrate", "--url", fleet.Urls[0], "--url", fleet.Urls[1], "--path", set.Path);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.All(
            await fleet.EachAsync("SELECT count(*) FROM pg_class WHERE relname = 'mued_schema_history'"),
            count => Assert.Equal(0, count)
        );
    }

    [Fact]
    public async Task A_catalog_names_the_tenants_and_their_passwords_are_not_told()
    {
        await using var fleet = await TestFleet.CreateAsync(2);
        await using var catalog = await TestDatabase.CreateAsync();
        await catalog.ExecuteAsync(
            $"CREATE TABLE tenant (url text); INSERT INTO tenant VALUES ({string.Join("), (", fleet.Urls.Select(url => $"'{url}'"))})"
        );
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
        var result = await CliProcess.RunAsync("migrate", "--url", catalog.Url, "--tenant", "SELECT url FROM tenant", "--path", set.Path);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal([1, 1], await fleet.EachAsync(Applied));
        Assert.Contains("2 of 2 succeeded", result.Output, StringComparison.Ordinal);

        await catalog.ExecuteAsync("INSERT INTO tenant VALUES (NULL)");
        var missing = await CliProcess.RunAsync(
            "migrate",
            "--url",
            catalog.Url,
            "--tenant",
            "SELECT url FROM tenant ORDER BY url",
            "--path",
            set.Path
        );
        Assert.Equal(2, missing.ExitCode);
        Assert.Contains("row 3", missing.Error, StringComparison.Ordinal);
        var writing = await CliProcess.RunAsync(
            "migrate",
            "--url",
            catalog.Url,
            "--tenant",
            "DELETE FROM tenant RETURNING url",
            "--path",
            set.Path
        );
        Assert.Equal(2, writing.ExitCode);
        Assert.Equal(3, await catalog.ScalarAsync<long>("SELECT count(*) FROM tenant"));
    }

    [Fact]
    public async Task The_jobs_of_the_pipeline_in_the_readme_do_every_database_once()
    {
        const int jobs = 3;
        await using var fleet = await TestFleet.CreateAsync(9);
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
        var folder = Directory.CreateTempSubdirectory("mued-fleet-").FullName;
        var step = Assert.Single(
            await File.ReadAllLinesAsync(Repository.PathOf("README.md")),
            line => line.Contains("--shard auto --report", StringComparison.Ordinal)
        );
        var results = await Task.WhenAll(
            Enumerable
                .Range(1, jobs)
                .Select(job => CliProcess.WaitAsync(CliProcess.Start(null, JobOf(job, jobs, fleet), CommandOf(step, job))))
        );
        Assert.All(results, result => Assert.Equal(0, result.ExitCode));
        Assert.Equal(
            fleet.Urls.Select(TestFleet.NameOf).Order(),
            Directory
                .GetFiles(folder, "fleet.xml", SearchOption.AllDirectories)
                .SelectMany(file => XDocument.Load(file).Root!.Elements("testsuite"))
                .Select(suite => ((string)suite.Attribute("name")!).Split('/')[^1])
                .Order()
        );
        Assert.All(await fleet.EachAsync(Applied), count => Assert.Equal(1, count));
        Directory.Delete(folder, recursive: true);

        var elsewhere = await CliProcess.RunAsync("migrate", "--url", fleet.Server.Url, "--shard", "auto", "--path", set.Path);
        Assert.Equal(2, elsewhere.ExitCode);

        string[] CommandOf(string line, int job)
        {
            var own = Directory.CreateDirectory(Path.Combine(folder, job.ToString(CultureInfo.InvariantCulture))).FullName;
            var words = line[(line.IndexOf("mued-psdb", StringComparison.Ordinal) + "mued-psdb ".Length)..].Split(' ');
            return
            [
                .. words.Select(word =>
                    word == "./migrations" ? set.Path
                    : word == "\"tenant_*\"" ? fleet.Pattern
                    : word.Replace("$(Agent.TempDirectory)", own, StringComparison.Ordinal)
                ),
            ];
        }
    }

    private static Dictionary<string, string> JobOf(int job, int jobs, TestFleet fleet) =>
        new()
        {
            ["DATABASE_URL"] = fleet.Server.Url,
            ["SYSTEM_JOBPOSITIONINPHASE"] = job.ToString(CultureInfo.InvariantCulture),
            ["SYSTEM_TOTALJOBSINPHASE"] = jobs.ToString(CultureInfo.InvariantCulture),
        };

    [UnixFact]
    public async Task A_signal_ends_those_at_work_and_begins_no_other()
    {
        await using var fleet = await TestFleet.CreateAsync(3);
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"), ("0002_sleep.sql", "SELECT pg_sleep(300);"));
        const string asleep =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%pg_sleep%'";
        var process = CliProcess.Start(
            null,
            null,
            [
                "migrate",
                .. fleet.Urls.SelectMany(url => new[] { "--url", url }),
                "--path",
                set.Path,
                "--throttle-limit",
                "2",
                "--output",
                "json",
            ]
        );
        await Eventually.TrueAsync(async () => (await fleet.EachAsync(asleep)).Sum() == 2);
        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        var result = await CliProcess.WaitAsync(process);
        var report = CliReport.Of(result);
        Assert.Equal(
            (130, 0, 2, 1),
            (
                result.ExitCode,
                report.GetProperty("succeeded").GetInt32(),
                report.GetProperty("failed").GetInt32(),
                report.GetProperty("notRun").GetInt32()
            )
        );
        Assert.Equal([0, 0, 0], await fleet.EachAsync(asleep));
    }

    [Fact]
    public async Task Reports_hold_a_suite_a_database_or_are_named_after_it()
    {
        await using var fleet = await TestFleet.CreateAsync(2);
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
        await TestConnection.ExecuteAsync(fleet.Urls[1], "CREATE TABLE a ()");
        var folder = Directory.CreateTempSubdirectory("mued-fleet-").FullName;
        string[] command = ["migrate", "--url", fleet.Server.Url, "--database", fleet.Pattern, "--path", set.Path, "--report"];

        await CliProcess.RunAsync([.. command, Path.Combine(folder, "all.xml")]);
        var suites = XDocument.Load(Path.Combine(folder, "all.xml")).Root!.Elements("testsuite").ToList();
        Assert.Equal(2, suites.Count);
        Assert.All(suites, suite => Assert.Equal((string)suite.Attribute("tests")!, $"{suite.Elements("testcase").Count()}"));
        Assert.Single(suites.Elements("testcase").Elements("failure"));

        await CliProcess.RunAsync([.. command, Path.Combine(folder, "{host}-{database}.json")]);
        Assert.Equal(
            fleet.Urls.Select(url => $"{new Uri(url).Host}-{TestFleet.NameOf(url)}.json").Order(),
            Directory.GetFiles(folder, "*.json").Select(Path.GetFileName).Order()
        );

        await CliProcess.RunAsync([.. command, Path.Combine(folder, "all.html")]);
        var page = await File.ReadAllTextAsync(Path.Combine(folder, "all.html"));
        Assert.True(
            page.IndexOf("relation", StringComparison.Ordinal) is > 0 and var failure
                && failure < page.IndexOf(">NothingToDo<", StringComparison.Ordinal)
        );
        var shared = await CliProcess.RunAsync([.. command, Path.Combine(folder, "{host}.json")]);
        Assert.Equal(2, shared.ExitCode);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_other_commands_go_over_many_as_well()
    {
        await using var fleet = await TestFleet.CreateAsync(2);
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"), ("rollback_0001.sql", "DROP TABLE a;"));
        string[] many = ["--url", fleet.Server.Url, "--database", fleet.Pattern, "--output", "json"];
        foreach (
            var (command, code, word) in ((string[], int, string)[])
                [
                    (["status", "--path", set.Path], 0, "Listed"),
                    (["test-connection"], 1, "Failed"),
                    (["import-history", "--path", set.Path], 2, "Failed"),
                    (["test-migration", "--on-target", "--path", set.Path], 0, "Passed"),
                    (["migrate", "--path", set.Path], 0, "Succeeded"),
                    (["test-schema"], 1, "Failed"),
                    (["export-schema", "--schema", $"{set.Path}/{{database}}.json"], 0, "Succeeded"),
                    (["test-health", "--path", set.Path, "--limit", "certificate=0"], 0, "Passed"),
                    (["update-metrics"], 1, "Failed"),
                    (["test-slo"], 1, "Failed"),
                    (["test-plugins"], 1, "Failed"),
                    (["undo", "--path", set.Path, "--force", "--backup-path", $"{set.Path}/{{database}}"], 0, "Succeeded"),
                    (["migrate", "--path", set.Path], 0, "Succeeded"),
                    (["restore", "--backup-path", $"{set.Path}/{{database}}"], 0, "NothingToDo"),
                ]
        )
        {
            var result = await CliProcess.RunAsync([.. command, .. many]);
            Assert.True(code == result.ExitCode, $"{command[0]}: {result.ExitCode}\n{result.Output}\n{result.Error}");
            Assert.Equal(
                [word, word],
                CliReport.Of(result).GetProperty("targets").EnumerateArray().Select(target => target.GetProperty("status").GetString())
            );
        }

        Assert.Equal(2, (await CliProcess.RunAsync(["undo", "--path", set.Path, .. many])).ExitCode);
    }

    [Theory]
    [InlineData("TargetPathShared", "restore", "--backup-path", "here")]
    [InlineData("TargetPathShared", "export-schema", "--schema", "here.json")]
    [InlineData("ExportOfManyWithoutFile", "export-schema")]
    public async Task What_each_database_must_have_of_its_own_is_asked_for(string errorId, params string[] command)
    {
        await using var fleet = await TestFleet.CreateAsync(2);
        var result = await CliProcess.RunAsync([.. command, "--url", fleet.Server.Url, "--database", fleet.Pattern, "--output", "json"]);
        Assert.Equal((2, errorId), (result.ExitCode, CliReport.ErrorOf(result).GetProperty("errorId").GetString()));
    }

    [Fact]
    public async Task Drift_is_a_line_a_database_and_a_table_and_reports_named_after_them()
    {
        await using var fleet = await TestFleet.CreateAsync(3);
        await TestConnection.ExecuteAsync(fleet.Urls[1], "CREATE TABLE odd ()");
        var folder = Directory.CreateTempSubdirectory("mued-fleet-").FullName;
        string[] command = ["compare-schema", "--reference", fleet.Urls[0], "--url", fleet.Server.Url, "--database", fleet.Pattern];

        var result = await CliProcess.RunAsync([.. command, "--report", Path.Combine(folder, "{database}.json")]);
        Assert.Equal(1, result.ExitCode);
        var lines = result.Output.Split('\n');
        Assert.Equal(2, lines.Count(line => line.StartsWith("Equal  ", StringComparison.Ordinal)));
        Assert.Single(
            lines,
            line =>
                line.StartsWith("Different ", StringComparison.Ordinal)
                && line.Contains(TestFleet.NameOf(fleet.Urls[1]), StringComparison.Ordinal)
        );
        Assert.Single(lines, line => line.Trim() == "table public.odd");
        Assert.Equal(
            fleet.Urls.Select(url => TestFleet.NameOf(url) + ".json").Order(),
            Directory.GetFiles(folder).Select(Path.GetFileName).Order()
        );
        Directory.Delete(folder, recursive: true);

        var none = await CliProcess.RunAsync([
            "compare-schema",
            "--reference",
            fleet.Urls[0],
            "--target",
            folder + ".json",
            "--report",
            "{database}.json",
        ]);
        Assert.Equal(2, none.ExitCode);
        Assert.Contains("{database}.json is named after a database", none.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("migrate", "--path", "{set}")]
    [InlineData("import-history", "--path", "{set}")]
    [InlineData("restore", "--backup-path", "nowhere")]
    public async Task An_error_on_one_database_names_it_as_an_error_on_many_does(params string[] command)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(("0001_a.sql", "SELECT nope;"));
        var words = command.Select(word => word.Replace("{set}", set.Path, StringComparison.Ordinal));
        var result = await CliProcess.RunAsync([.. words, "--url", database.Url]);
        Assert.StartsWith($"Error: {database.Settings.Target}: ", result.Error, StringComparison.Ordinal);
    }
}
