using System.Diagnostics;

namespace Mued.PsDb.Tests.Cli;

/// <summary>Output that nobody takes: the exit code tells what happened to the database, standard error what was not written.</summary>
public class UnwrittenOutputTests
{
    [UnixTheory]
    [InlineData("migrate --path {0}", "> /dev/full", 5)]
    [InlineData("migrate --path {0} --output json", "> /dev/full", 5)]
    [InlineData("migrate --path {0} --reporter azure-pipelines", "> /dev/full", 5)]
    [InlineData("migrate --path {0} --output json", ">&-", 5)]
    [InlineData("migrate --path {0} --verbose", "2> /dev/full", 0)]
    [InlineData("migrate --path {0} --output json --reporter azure-pipelines", "2> /dev/full", 5)]
    [InlineData("migrate --path {0} --target x", "2> /dev/full", 2)]
    [InlineData("migrate --path {1} --output json", "> /dev/full", 4)]
    [InlineData("status --path {0}", "> /dev/full", 5)]
    [InlineData("export-schema", "> /dev/full", 5)]
    [InlineData("--help", "> /dev/full", 5)]
    public async Task A_full_or_closed_stream_does_not_change_what_the_exit_code_says_of_the_database(
        string command,
        string redirection,
        int exitCode
    )
    {
        await using var database = await TestDatabase.CreateAsync();
        using var good = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
        using var bad = new MigrationSet(("0001_a.sql", "CREATE TABL a (id int);"));
        var line = string.Format(null, command, good.Path, bad.Path) + (command[0] == '-' ? "" : $" --url {database.Url}");
        var result = await ShellAsync($"\"$0\" {line} {redirection}");
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Equal(
            command.Contains("{0}", StringComparison.Ordinal) && command[0] == 'm' && exitCode != 2,
            await database.ScalarAsync<bool>("SELECT to_regclass('a') IS NOT NULL")
        );
        if (redirection[0] == '>')
            Assert.DoesNotContain("fault of mued-psdb", result.Error, StringComparison.Ordinal);
        if (redirection[0] == '>' && exitCode == 5)
            Assert.Contains(redirection == ">&-" ? "not written" : "No space left on device", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_without_room_ends_5_when_the_work_was_done()
    {
        await using var database = await TestDatabase.CreateAsync();
        var folder = Directory.CreateTempSubdirectory("mued-full-");
        using var set = new MigrationSet(("0001_a.sql", "CREATE TABLE a (id int);"));
        var report = Path.Combine(folder.FullName, "run.html");
        var result = await CliProcess.RunWithSmallFilesAsync(1, "migrate", "--url", database.Url, "--path", set.Path, "--report", report);
        Assert.Equal(5, result.ExitCode);
        Assert.Contains("run.html", result.Error, StringComparison.Ordinal);
        Assert.Contains("Succeeded", result.Output, StringComparison.Ordinal);
        Assert.Empty(folder.EnumerateFileSystemInfos());
        folder.Delete();
    }

    private static async Task<CliResult> ShellAsync(string line)
    {
        var start = new ProcessStartInfo("bash", ["-c", line, CliProcess.Program])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("TF_BUILD");
        return await CliProcess.WaitAsync(Process.Start(start)!);
    }
}
