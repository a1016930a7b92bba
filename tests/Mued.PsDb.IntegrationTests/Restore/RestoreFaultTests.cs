using System.Diagnostics;
using Xunit.Abstractions;

namespace Mued.PsDb.Tests;

/// <summary>Whatever breaks, and whenever: nothing was restored or everything, and a second restore completes it.</summary>
public class RestoreFaultTests(ITestOutputHelper output)
{
    private static readonly string Truncate = $"TRUNCATE {string.Join(", ", UndoScene.Phase2Tables)}";

    [Theory]
    [InlineData(ProxyDirection.ToServer)]
    [InlineData(ProxyDirection.ToClient)]
    public async Task A_connection_cut_at_any_message_restores_nothing_or_everything(ProxyDirection direction)
    {
        await using var scene = await RestoreScene.CreateAsync();
        var last = await CountAsync(scene, direction);

        var stride = Soak.Count(Math.Max(1, last / 6), 1);
        var (cuts, restored) = (0, 0);

        // Around COMMIT, the last messages, every one counts.
        foreach (var message in Enumerable.Range(1, last).Where(message => message % stride == 0 || message > last - 8))
        {
            foreach (var forward in new[] { true, false })
            {
                await scene.EmptyAsync();
                await using (var proxy = FaultProxy.Start(scene.Url, new() { Cut = new(direction, message, CutKind.Reset, forward) }))
                {
                    await AttemptAsync(scene, proxy.Url);
                    cuts += proxy.WasCut ? 1 : 0;
                }

                restored += await scene.NothingOrEverythingAsync($"{direction} {message} {forward}") ? 1 : 0;
            }
        }

        output.WriteLine($"{cuts} cuts made {direction} among {last} messages; {restored} of these restores had committed.");
        Assert.True(cuts > 12, $"Only {cuts} cuts were made.");
        Assert.True(restored > 0);
    }

    [Fact]
    public async Task A_cut_connection_is_taken_up_again_and_the_restore_completed()
    {
        await using var scene = await RestoreScene.CreateAsync();
        var last = await CountAsync(scene, ProxyDirection.ToClient);

        foreach (var message in new[] { last / 3, last * 2 / 3, last - 4, last - 1 })
        {
            await scene.EmptyAsync();
            await using var proxy = FaultProxy.Start(
                scene.Url,
                new() { Cut = new(ProxyDirection.ToClient, message, CutKind.Reset, Forward: false) }
            );
            var report = await scene.RestoreAsync(proxy.Url, maxAttempts: 10);
            Assert.True(proxy.WasCut);
            Assert.True(report.Error is null, $"{message}: {report.Error}");
            Assert.True(await scene.NothingOrEverythingAsync($"{message}"));
        }
    }

    [Fact]
    public async Task A_killed_process_restores_nothing_or_everything()
    {
        await using var scene = await RestoreScene.CreateAsync();
        var kills = Soak.Count(6, 50);
        string[] arguments = ["restore", "--url", scene.Url, "--backup-path", scene.BackupPath];
        var clock = new Stopwatch();
        foreach (var _ in (string[])["warm-up", "measured"])
        {
            await scene.EmptyAsync();
            clock.Restart();
            Assert.Equal(0, (await CliProcess.RunAsync(arguments)).ExitCode);
        }

        clock.Stop();
        var (restored, inside) = (0, 0);
        for (var kill = 0; kill < kills; kill++)
        {
            await scene.EmptyAsync();
            using var process = CliProcess.Start(null, null, arguments);
            if (kill % 2 == 0)
                await scene.WrittenToAsync(() => process.HasExited);
            else
                await Task.Delay((int)clock.ElapsedMilliseconds * (kills / 2 + kill) / (kills * 3 / 2));
            inside += process.HasExited ? 0 : 1;
            process.Kill();
            await process.WaitForExitAsync();
            restored += await scene.NothingOrEverythingAsync($"kill {kill}") ? 1 : 0;
        }

        output.WriteLine($"{kills} kills, {inside} of them during a restore; {restored} of these restores had committed.");
        Assert.True(inside > 0);
    }

    /// <summary>How many messages a restore takes. The first one takes more: it also makes what of the schema went with the undo.</summary>
    private static async Task<int> CountAsync(RestoreScene scene, ProxyDirection direction)
    {
        Assert.Null((await scene.RestoreAsync(scene.Url)).Error);
        await scene.EmptyAsync();
        await using var proxy = FaultProxy.Start(scene.Url);
        Assert.Null((await scene.RestoreAsync(proxy.Url)).Error);
        return direction == ProxyDirection.ToServer ? proxy.ToServer : proxy.ToClient;
    }

    private static async Task AttemptAsync(RestoreScene scene, string url)
    {
        try
        {
            await scene.RestoreAsync(url);
        }
        catch (MuedException e) when (e.ExitCode == ExitCode.NoConnection)
        {
            // The cut hit the opening of the connection.
        }
    }

    /// <summary>A backup, and the empty tables that it is to be restored into.</summary>
    private sealed class RestoreScene(UndoScene scene, IReadOnlyList<string> rows, IReadOnlyList<string> catalog) : IAsyncDisposable
    {
        public string Url => scene.Database.Url;

        public string BackupPath => scene.BackupPath;

        public static async Task<RestoreScene> CreateAsync()
        {
            var scene = await UndoFaultTests.FilledAsync();
            var before = (Rows: await scene.HashesAsync(), Catalog: await scene.Database.CatalogAsync());
            await scene.UndoneAsync();
            await scene.MigrateAsync();
            await scene.Database.ExecuteAsync(Truncate);
            return new(scene, before.Rows, before.Catalog);
        }

        public Task WrittenToAsync(Func<bool> ended) => scene.Database.WrittenToAsync(ended);

        public Task EmptyAsync() => scene.Database.ExecuteAsync(Truncate);

        public Task<RestoreReport> RestoreAsync(string url, int maxAttempts = 1) =>
            BackupRestorer.RunAsync(
                UndoScene.SettingsOf(url),
                new()
                {
                    Path = BackupPath,
                    MaxAttempts = maxAttempts,
                    LockTimeout = UndoFaultTests.NoCensus,
                    MaxBlocking = UndoFaultTests.NoCensus,
                }
            );

        /// <summary>
        /// Asserts that no row is back or every one, that a second restore makes it every one, and that the catalog is as it was. Returns
        /// whether the first restore happened.
        /// </summary>
        public async Task<bool> NothingOrEverythingAsync(string circumstances)
        {
            // A transaction whose client is gone may need a moment to end.
            await Eventually.TrueAsync(async () =>
                await scene.Database.ScalarAsync<long>(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'Mued.PsDb%' AND state <> 'idle'"
                ) == 0
            );
            var happened = (await scene.HashesAsync()).SequenceEqual(rows);
            var count = await scene.Database.ScalarAsync<long>(
                string.Join(" + ", UndoScene.Phase2Tables.Select(table => $"(SELECT count(*) FROM {table})")).Insert(0, "SELECT ")
            );
            Assert.True(happened || count == 0, $"{circumstances}: {count} rows are back.");
            var second = await scene.RestoreAsync();
            Assert.True(second.Error is null, $"{circumstances}: {second.Error}");
            Assert.True(
                (second.Loaded, second.Skipped) == (happened ? (0, 7) : (7, 0)),
                $"{circumstances}: {second.Loaded} loaded, {second.Skipped} skipped."
            );
            Assert.Equal(rows, await scene.HashesAsync());
            Assert.Equal(catalog, await scene.Database.CatalogAsync());
            return happened;
        }

        public ValueTask DisposeAsync() => scene.DisposeAsync();
    }
}
