using System.Security.Cryptography;
using Npgsql;
using Xunit.Abstractions;

namespace Mued.PsDb.Tests;

/// <summary>Cuts and kills while a folder runs so large that its batch uses statements that are prepared on the server.</summary>
public class LargeFolderFaultTests(ITestOutputHelper output)
{
    private const int Files = 600;

    // Up to about here the history is made, the first file is run alone, and what the others need is prepared.
    private const int Early = 250;

    // What the driver calls the first statement that it prepares, in the Bind message of each use.
    private const string Prepared = "_p1\0";

    private const string Applied = "SELECT count(*) FROM mued_schema_history WHERE finished_at IS NOT NULL";

    [Theory]
    [InlineData(ProxyDirection.ToServer)]
    [InlineData(ProxyDirection.ToClient)]
    public async Task A_connection_cut_in_a_prepared_batch_leaves_every_file_applied_once(ProxyDirection direction)
    {
        using var set = LargeFolder();
        var last = await CountMessagesAsync(set, direction);
        var (cuts, preparing, healed) = (Soak.Count(4, 120), 0, 0);
        for (var cut = 1; cut <= cuts; cut++)
        {
            // Every fourth cut is early; a run that may not try again leaves its rest to the next one, the others heal by themselves.
            var message = (cut % 4 == 0 ? Early : last) * cut / (cuts + 1);
            var kind = (CutKind)(cut % 3);
            var options = set.Options with { MaxAttempts = cut % 2 == 0 ? 1 : 5 };
            var circumstances = $"{kind} at message {message} of {last} {direction}";
            await using var database = await CreateAsync();
            var fault = new ProxyCut(direction, message, kind, Forward: cut / 2 % 2 == 0);
            await using (var proxy = FaultProxy.Start(database.Url, new() { Cut = fault, LookFor = Prepared }))
            {
                var run = AttemptAsync(TestConnection.SettingsFor(proxy.Url), options);
                await Eventually.TrueAsync(() => proxy.WasCut || run.IsCompleted);
                if (kind == CutKind.Silence)
                    proxy.AbortConnections();
                healed += await run ? 1 : 0;
                Assert.True(proxy.WasCut, $"{circumstances}: the run was over before.");
                Assert.True(proxy.Sightings > 0 || message < Early, $"{circumstances}: nothing was prepared.");
                preparing += proxy.Sightings == 0 ? 1 : 0;
            }

            var report = await MigrationRunner.RunAsync(database.Settings, set.Options);
            Assert.True(report.Error is null, $"{circumstances}: {report.Error}");
            await AssertOnceAsync(database, circumstances);
        }

        output.WriteLine(
            $"{cuts} cuts among some {last} messages {direction}, {preparing} before anything prepared was used; {healed} runs went on to the end."
        );
        Assert.True(healed > 0 && healed < cuts);
    }

    [Fact]
    public async Task A_process_killed_in_a_prepared_batch_leaves_what_the_next_run_completes()
    {
        using var set = LargeFolder();
        var (kills, killed, tooLate) = (Soak.Count(2, 20), 0, 0);
        while (killed < kills)
        {
            Assert.True(tooLate < 10 * kills, $"{tooLate} runs were over before they could be killed, {killed} were killed.");
            await using var database = await CreateAsync();
            using (var process = CliProcess.Start(null, null, "migrate", "--url", database.Url, "--path", set.Path))
            {
                var ended = process.WaitForExitAsync();
                await ReachedAsync(database, RandomNumberGenerator.GetInt32(1, Files), ended);
                if (ended.IsCompleted)
                {
                    tooLate++;
                    continue;
                }

                process.Kill();
                await ended;
                tooLate += process.ExitCode == 0 ? 1 : 0;
                killed += process.ExitCode == 0 ? 0 : 1;
            }

            var next = await CliProcess.RunAsync("migrate", "--url", database.Url, "--path", set.Path);
            Assert.True(next.ExitCode == 0, $"After kill {killed}: {next.ExitCode} {next.Error}");
            await AssertOnceAsync(database, $"kill {killed}");
        }

        output.WriteLine($"{killed} kills while the files were applied; {tooLate} runs were too fast to be killed.");
    }

    private static MigrationSet LargeFolder() =>
        new([.. Enumerable.Range(1, Files).Select(file => ($"{NameOf(file)}.sql", $"INSERT INTO applied VALUES ({file});"))]);

    private static string NameOf(int file) => $"{file:0000}_file";

    private static async Task<TestDatabase> CreateAsync()
    {
        var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE applied (file int)");
        return database;
    }

    private static async Task<int> CountMessagesAsync(MigrationSet set, ProxyDirection direction)
    {
        await using var database = await CreateAsync();
        await using var proxy = FaultProxy.Start(database.Url, new() { LookFor = Prepared });
        Assert.True(await AttemptAsync(TestConnection.SettingsFor(proxy.Url), set.Options));
        await AssertOnceAsync(database, "no fault");
        Assert.True(proxy.Sightings > Files - 2, $"Only {proxy.Sightings} files used what was prepared.");
        return direction == ProxyDirection.ToServer ? proxy.ToServer : proxy.ToClient;
    }

    /// <summary>A run that may fail for want of a connection, and for nothing else.</summary>
    private static async Task<bool> AttemptAsync(ConnectionSettings settings, MigrationOptions options)
    {
        try
        {
            var report = await MigrationRunner.RunAsync(settings, options);
            Assert.True(report.Error is null or { ExitCode: ExitCode.NoConnection }, $"{report.Error}");
            return report.Error is null;
        }
        catch (MuedException e) when (e.ExitCode == ExitCode.NoConnection)
        {
            return false;
        }
    }

    /// <summary>Waits until so many files are applied, or the run is over.</summary>
    private static async Task ReachedAsync(TestDatabase database, int files, Task ended)
    {
        await Eventually.TrueAsync(async () =>
            ended.IsCompleted || await database.ScalarAsync<bool>("SELECT to_regclass('mued_schema_history') IS NOT NULL")
        );
        await using var connection = await database.OpenAsync();
        await using var command = new NpgsqlCommand(Applied, connection);
        while (!ended.IsCompleted && (long)(await command.ExecuteScalarAsync())! < files) { }
    }

    private static async Task AssertOnceAsync(TestDatabase database, string circumstances)
    {
        var rows = await database.ColumnAsync<int>("SELECT file FROM applied ORDER BY file");
        Assert.True(rows.SequenceEqual(Enumerable.Range(1, Files)), $"{circumstances}: {rows.Count} rows.");
        var history = await database.ColumnAsync<string>(
            "SELECT migration || CASE WHEN finished_at IS NULL THEN ' unfinished' ELSE '' END FROM mued_schema_history ORDER BY 1"
        );
        Assert.True(history.SequenceEqual(Enumerable.Range(1, Files).Select(NameOf)), $"{circumstances}: {history.Count} in the history.");
    }
}
