using System.Diagnostics;
using System.Globalization;

namespace Mued.PsDb.Tests.Cli;

/// <summary>Ctrl+C, SIGTERM and SIGHUP, sent to the real process.</summary>
public class CancellationTests
{
    private const string Asleep = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active' AND query LIKE '%pg_sleep%'
        """;

    [UnixTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task A_signal_cancels_the_statement_on_the_server_and_ends_130(string signal)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var set = new MigrationSet(
            ("0001_first.sql", "CREATE TABLE t1 (id int);"),
            ("0002_sleep.sql", "CREATE TABLE t2 (id int);\nSELECT pg_sleep(300);")
        );
        var process = CliProcess.Start(null, null, "migrate", "--url", database.Url, "--path", set.Path, "--output", "json");
        await Eventually.TrueAsync(async () => await database.ScalarAsync<long>(Asleep) == 1);

        // The statement takes five minutes: the process can end only because the server was told to cancel it.
        using (var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        var result = await CliProcess.WaitAsync(process);
        Assert.Equal(130, result.ExitCode);
        Assert.Equal("Cancelled", CliReport.ErrorOf(result).GetProperty("errorId").GetString());
        Assert.Equal(0L, await database.ScalarAsync<long>(Asleep));
        Assert.Equal(["t1"], await database.ColumnAsync<string>("SELECT relname::text FROM pg_class WHERE relname ~ '^t[0-9]$'"));
    }
}
