namespace Mued.PsDb.Tests.Cli;

/// <summary>What the command line says to a person who types; no server is needed.</summary>
public class CommandLineTests
{
    [Theory]
    [InlineData("test-connection")]
    [InlineData("new-migration")]
    [InlineData("status")]
    [InlineData("migrate")]
    [InlineData("import-history")]
    [InlineData("test-migration")]
    [InlineData("test-schema")]
    [InlineData("compare-schema")]
    [InlineData("undo")]
    [InlineData("restore")]
    [InlineData("export-schema")]
    [InlineData("update-metrics")]
    [InlineData("test-health")]
    [InlineData("test-slo")]
    [InlineData("test-plugins")]
    [InlineData("demo")]
    public async Task Each_command_has_help(string command)
    {
        var result = await CliProcess.RunAsync(command, "--help");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"mued-psdb {command}", result.Output, StringComparison.Ordinal);
        Assert.Contains("--output <text|json>", result.Output, StringComparison.Ordinal);
        Assert.Equal("", result.Error);
    }

    [Theory]
    [InlineData("migrate", "--max-blocking", "this run")]
    [InlineData("undo", "--max-blocking", "this undo")]
    [InlineData("restore", "--max-blocking", "this restore")]
    [InlineData("test-migration", "--max-blocking", "the test")]
    [InlineData("migrate", "--dry-run", "Rehearse")]
    [InlineData("import-history", "--dry-run", "what would be recorded")]
    [InlineData("update-metrics", "--to", "The last day (default: yesterday)")]
    public async Task An_option_is_described_as_its_command_means_it(string command, string option, string text)
    {
        var help = (await CliProcess.RunAsync(command, "--help")).Output;
        var line = Assert.Single(help.Split('\n'), line => line.StartsWith($"  {option} ", StringComparison.Ordinal));
        Assert.Contains(text, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_lists_the_commands_and_the_exit_codes()
    {
        var result = await CliProcess.RunAsync("--help");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("130 cancelled", result.Output, StringComparison.Ordinal);
        Assert.Contains("  migrate", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_is_that_of_the_module()
    {
        var result = await CliProcess.RunAsync("--version");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(
            $"ModuleVersion = '{result.Output.Trim()}'",
            System.Text.RegularExpressions.Regex.Replace(
                await File.ReadAllTextAsync(Repository.PathOf("module/Mued.PsDb.psd1")),
                @" +",
                " "
            ),
            StringComparison.Ordinal
        );
        Assert.Contains("mued-psdb --version, and", (await CliProcess.RunAsync("--version", "migrate")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NoCommand")]
    [InlineData("UnknownCommand", "migrat")]
    [InlineData("UnknownOption", "migrate", "--ulr", "postgresql://u@h/db")]
    [InlineData("UnknownOption", "status", "--lock-timeout", "2s")]
    [InlineData("UnexpectedArgument", "migrate", "postgresql://u@h/db")]
    [InlineData("MissingValue", "migrate", "--to")]
    [InlineData("MissingValue", "migrate", "--to", "--dry-run")]
    [InlineData("MissingValue", "migrate", "--exclude", "--exclude", "0001*")]
    [InlineData("RepeatedOption", "migrate", "--to", "1", "--to", "2")]
    [InlineData("CombinedOption", "--version", "--verbose")]
    [InlineData("UnknownOption", "--version", "--verbsoe")]
    [InlineData("UnknownOption", "--verison")]
    [InlineData("WrongValue", "migrate", "--lock-timeout", "soon")]
    [InlineData("WrongValue", "migrate", "--max-attempts", "0")]
    [InlineData("WrongValue", "migrate", "--reporter", "mail")]
    [InlineData("WrongValue", "update-metrics", "--date", "2026-02-30")]
    [InlineData("MissingOption", "restore")]
    [InlineData("UnknownReportFormat", "migrate", "--report", "report.pdf")]
    [InlineData("ReportNotWritable", "migrate", "--report", "/dev/null/report.json")]
    [InlineData("OnTargetWithFix", "test-migration", "--on-target", "--fix", "safe")]
    [InlineData("ConnectionTwice", "migrate", "--url", "postgresql://u@h/db", "--env-file", "other.env")]
    [InlineData("ConnectionTwice", "update-metrics", "--url", "postgresql://u@h/db", "--env-file", "other.env")]
    [InlineData("NoConnectionGiven", "migrate")]
    [InlineData("NoConnectionGiven", "test-connection")]
    [InlineData("NoConnectionGiven", "test-schema")]
    [InlineData("NoConnectionGiven", "undo", "--force")]
    public async Task Wrong_usage_ends_2_with_one_json_document_where_json_was_asked_for(string errorId, params string[] arguments)
    {
        var plain = await CliProcess.RunAsync(arguments);
        Assert.Equal((2, ""), (plain.ExitCode, plain.Output));
        Assert.StartsWith("Error: ", plain.Error, StringComparison.Ordinal);

        var json = await CliProcess.RunAsync([.. arguments, "--output", "json"]);
        Assert.Equal(errorId, CliReport.ErrorOf(json).GetProperty("errorId").GetString());
        Assert.Equal(plain.Error, json.Error);
    }

    [Theory]
    [InlineData("'--url'", "migrate", "--ulr", "x")]
    [InlineData("'--dry-run'", "migrate", "--dryrun")]
    [InlineData("'--output'", "migrate", "--ouptut", "json")]
    [InlineData("'test-schema'", "test-shema")]
    public async Task A_typing_error_is_answered_with_what_was_meant(string meant, params string[] arguments) =>
        Assert.Contains($"Did you mean {meant}?", (await CliProcess.RunAsync(arguments)).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("postgresql://user:s3cr%26et@host/db")]
    [InlineData("migrate", "postgresql://user:s3cr%26et@host/db")]
    [InlineData("migrate", "--ulr", "postgresql://user:s3cr%26et@host/db")]
    [InlineData("migrate", "--ulr=postgresql://user:s3cr%26et@host/db")]
    [InlineData("migrate", "--output", "postgresql://user:s3cr%26et@host/db")]
    [InlineData("migrate", "--max-attempts", "Host=h;Password=s3cr%26et")]
    [InlineData("migrate", "--url", "postgresql://user:s3cr%26et@host/db?sslmdoe=require")]
    [InlineData("migrate", "--url", "postgresql://user:s3cr%26et@host:port/db")]
    [InlineData("migrate", "--url", "postgresql://user:s3cr%26et@127.0.0.1:1/db")]
    [InlineData("migrate", "--url", "Host=127.0.0.1;Port=1;Database=d;Username=u;Password=s3cr%26et")]
    public async Task What_was_typed_in_the_wrong_place_is_never_repeated(params string[] arguments)
    {
        foreach (
            var more in (string[][])
                [
                    [],
                    ["--output", "json", "--verbose"],
                ]
        )
        {
            var result = await CliProcess.RunAsync([.. arguments, .. more]);
            Assert.True(result.ExitCode is 2 or 3);
            Assert.DoesNotContain("s3cr", result.Output + result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_unreachable_host_ends_3_and_the_report_file_says_so()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("mued-cli-").FullName, "report.json");
        var result = await CliProcess.RunAsync("migrate", "--url", "postgresql://u@127.0.0.1:1/db", "--output", "json", "--report", path);
        Assert.Equal(3, result.ExitCode);
        Assert.Equal("u@127.0.0.1:1/db", CliReport.ErrorOf(result).GetProperty("targetName").GetString());
        Assert.Equal(result.Output, await File.ReadAllTextAsync(path));
        Assert.Single(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(path)!));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public async Task The_env_file_of_the_current_folder_is_read()
    {
        var folder = Directory.CreateTempSubdirectory("mued-cli-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, ".env.local"), "DATABASE_URL=postgresql://fromfile@127.0.0.1:1/db\n");
        var result = await CliProcess.WaitAsync(CliProcess.Start(folder, null, "status", "--output", "json"));
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("fromfile@127.0.0.1:1/db", result.Error, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task No_colour_reaches_a_pipe() =>
        Assert.DoesNotContain('\e', (await CliProcess.RunAsync("status", "--url", "postgresql://u@127.0.0.1:1/db")).Error);
}
