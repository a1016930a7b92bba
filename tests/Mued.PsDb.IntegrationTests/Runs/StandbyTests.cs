using Npgsql;

namespace Mued.PsDb.Tests;

/// <summary>What a run tells of standbys: how far they fell behind it, because their queries held up its locks there.</summary>
public class StandbyTests
{
    // Until the primary has heard of a lag of three seconds, which leaves the watch time for more than one look.
    private const string UntilItLags = """
        DO $$ BEGIN
            WHILE NOT EXISTS (SELECT FROM pg_stat_replication WHERE replay_lag > '3 s') LOOP
                PERFORM pg_sleep(0.05);
                PERFORM pg_stat_clear_snapshot();
            END LOOP;
        END $$;
        """;

    [Theory, Major(15)]
    public async Task A_standby_whose_queries_hold_up_the_replay_is_told_with_its_lag(int major)
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var primary = await SandboxServer.StartAsync(new() { Major = major });
        await using var standby = await StandbyServer.StartAsync(primary, "reporting");
        await TestConnection.ExecuteAsync(primary.Url, "CREATE TABLE users (id int)");
        using var set = new MigrationSet(("0001_change.sql", "ALTER TABLE users ADD COLUMN a int;\n" + UntilItLags));
        MigrationReport report;
        await using (var reader = await TestConnection.OpenAsync(standby.Url))
        {
            await Eventually.TrueAsync(() => SeesAsync(reader, "SELECT to_regclass('users') IS NOT NULL"));
            await SeesAsync(reader, "BEGIN; SELECT count(*) = 0 FROM users");
            report = await MigrationRunner.RunAsync(TestConnection.SettingsFor(primary.Url), set.Options);
        }

        Assert.Null(report.Error);
        var lag = Assert.Single(report.Harm!.Standbys);
        Assert.Equal("reporting", lag.Name);
        Assert.InRange(lag.Lag, TimeSpan.FromSeconds(1), report.Duration);
        using var text = new StringWriter();
        new TextReportWriter().Write(ReportDocument.From(report), text);
        Assert.Contains("reporting", text.ToString(), StringComparison.Ordinal);

        // Now that the query there is over, the standby gets what the run did.
        await using var after = await TestConnection.OpenAsync(standby.Url);
        await Eventually.TrueAsync(() =>
            SeesAsync(after, "SELECT count(*) = 1 FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'a'")
        );
    }

    private static async Task<bool> SeesAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is true;
    }
}
