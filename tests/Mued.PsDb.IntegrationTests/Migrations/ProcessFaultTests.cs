using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;
using Xunit.Abstractions;

namespace Mued.PsDb.Tests;

/// <summary>Real processes of <c>mued-psdb migrate</c>: killed at random moments, and many at once.</summary>
public class ProcessFaultTests(ITestOutputHelper output)
{
    private const string HistoryExists = "SELECT to_regclass('mued_schema_history') IS NOT NULL";

    // On a crowded machine sixteen processes that start at once leave each other little time.
    private const string Patience = "?connect_timeout=120";

    [Fact]
    public async Task A_killed_process_leaves_what_the_next_run_completes()
    {
        var (kills, killed, finished, partial) = (Soak.Count(5, 50), 0, 0, 0);
        await using (var warmUp = await TestDatabase.CreatePhase2BaseAsync())
            Assert.Equal(0, (await CliProcess.RunAsync("migrate", "--url", warmUp.Url)).ExitCode);
        var clock = Stopwatch.StartNew();
        await using (var measured = await TestDatabase.CreatePhase2BaseAsync())
            Assert.Equal(0, (await CliProcess.RunAsync("migrate", "--url", measured.Url)).ExitCode);
        var whole = clock.ElapsedMilliseconds;
        while (killed < kills)
        {
            Assert.True(finished < 10 * kills, $"{finished} runs of {whole} ms ended before they were killed, {killed} were killed.");
            await using var database = await TestDatabase.CreatePhase2BaseAsync();
            using (var process = CliProcess.Start(null, null, "migrate", "--url", database.Url))
            {
                clock.Restart();
                var ended = process.WaitForExitAsync();

                // Most of a short run is start-up: every other kill falls into the batch itself.
                if (killed % 2 == 1 && await HistoryAppearsAsync(database, ended))
                    await Task.Delay(RandomNumberGenerator.GetInt32(60));
                else
                    await Task.WhenAny(ended, Task.Delay(RandomNumberGenerator.GetInt32((int)whole / 2, (int)whole)));
                if (process.HasExited)
                {
                    // The machine has become faster since the run was measured.
                    (whole, finished) = (Math.Max(2, Math.Min(whole, clock.ElapsedMilliseconds)), finished + 1);
                    continue;
                }

                killed++;
                process.Kill();
                await ended;
            }

            partial += await database.ScalarAsync<bool>(HistoryExists) ? 1 : 0;
            var next = await CliProcess.RunAsync("migrate", "--url", database.Url);
            Assert.True(next.ExitCode == 0, $"After kill {killed}: {next.ExitCode} {next.Error}");
            await CleanRun.AssertSameAsync(database, $"kill {killed}");
        }

        output.WriteLine(
            $"{killed} kills, {partial} of them after the history table was there; {finished} runs were too fast to be killed."
        );
        Assert.True(partial > 0);
    }

    [Fact]
    public async Task Sixteen_processes_migrate_one_database_at_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        await RunTogetherAsync(database, database.Url);
    }

    [PgBouncerFact]
    public async Task Sixteen_processes_migrate_one_database_at_once_behind_a_pooler()
    {
        await using var pooler = await PgBouncerServer.StartAsync();
        await using var database = await TestDatabase.CreateAsync();
        await RunTogetherAsync(database, pooler.UrlOf(database.Name));
    }

    private static async Task<bool> HistoryAppearsAsync(TestDatabase database, Task ended)
    {
        await using var connection = await database.OpenAsync();
        while (!ended.IsCompleted)
        {
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new(HistoryExists) } };
            if ((bool)(await batch.ExecuteScalarAsync())!)
                return true;
        }

        return false;
    }

    private async Task RunTogetherAsync(TestDatabase database, string url)
    {
        var rounds = Soak.Count(1, 20);
        using var set = new MigrationSet([
            .. Enumerable.Range(1, 40).Select(i => ($"{i:0000}_t.sql", $"CREATE TABLE t{i} (id int); INSERT INTO t{i} VALUES (1);")),
        ]);
        for (var round = 0; round < rounds; round++)
        {
            await database.ExecuteAsync("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
            var results = await Task.WhenAll(
                Enumerable.Range(0, 16).Select(_ => CliProcess.RunAsync("migrate", "--url", url + Patience, "--path", set.Path))
            );
            Assert.All(results, result => Assert.True(result.ExitCode == 0, result.Error));
            Assert.Equal(40, await database.ScalarAsync<long>("SELECT count(*) FROM mued_schema_history WHERE finished_at IS NOT NULL"));
            Assert.Equal(40, await database.ScalarAsync<long>("SELECT count(DISTINCT migration) FROM mued_schema_history"));
            var rows = string.Join(" + ", Enumerable.Range(1, 40).Select(i => $"(SELECT count(*) FROM t{i})"));
            Assert.Equal(40, await database.ScalarAsync<long>($"SELECT {rows}"));
        }

        output.WriteLine($"{rounds} rounds of 16 processes, 40 migrations each.");
    }
}
