using System.Diagnostics;
using Xunit.Abstractions;

namespace Mued.PsDb.Tests;

/// <summary>Whatever breaks, and whenever: nothing was restored or everything, and a second restore completes it.</summary>
public class RestoreFaultTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(ProxyDirection.ToServer)]
    [InlineData(ProxyDirection.ToClient)]
    public async Task A_connection_cut_at_any_message_restores_nothing_or_everything(ProxyDirection direction)
    {
        await using var scene = await RestoreScene.CreateAsync();
        var last = await CountAsync(scene, direction);

        var (stride, tail) = (Math.Max(1, last / Soak.Count(4, 200)), Soak.Count(4, 60));
        var (cuts, restored) = (0, 0);

        // Around COMMIT, the last messages, every one counts.
        foreach (var message in Enumerable.Range(1, last).Where(message => message % stride == 0 || message > last - tail))
        {
            foreach (var forward in new[] { true, false })
            {
                await scene.AnewAsync();
                await using (var proxy = FaultProxy.Start(scene.Url, new() { Cut = new(direction, message, CutKind.Reset, forward) }))
                {
                    await AttemptAsync(scene, proxy.Url);
                    cuts += proxy.WasCut ? 1 : 0;
                }

                restored += await scene.NothingOrEverythingAsync($"{direction} {message} {forward}") ? 1 : 0;
            }
        }

        output.WriteLine($"{cuts} cuts made {direction} among {last} messages; {restored} of these restores had committed.");
        Assert.True(cuts > 9, $"Only {cuts} cuts were made.");
        Assert.True(restored > 0);
    }

    [Fact]
    public async Task A_cut_connection_is_taken_up_again_and_the_restore_completed()
    {
        await using var scene = await RestoreScene.CreateAsync();
        var last = await CountAsync(scene, ProxyDirection.ToClient);

        foreach (var message in new[] { last / 3, last * 2 / 3, last - 4, last - 1 })
        {
            await scene.AnewAsync();
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
        var clock = new Stopwatch();
        foreach (var _ in (string[])["warm-up", "measured"])
        {
            await scene.AnewAsync();
            clock.Restart();
            Assert.Equal(0, (await CliProcess.RunAsync(Arguments(scene))).ExitCode);
        }

        clock.Stop();
        var (restored, inside) = (0, 0);
        for (var kill = 0; kill < kills; kill++)
        {
            await scene.AnewAsync();
            using var process = CliProcess.Start(null, null, Arguments(scene));
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

    private static string[] Arguments(RestoreScene scene) =>
        ["restore", "--url", scene.Url, "--backup-path", scene.BackupPath, "--allow-other-database"];

    private static async Task<int> CountAsync(RestoreScene scene, ProxyDirection direction)
    {
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

    /// <summary>A backup, and copies of the database as it is before a first restore.</summary>
    private sealed class RestoreScene(UndoScene scene, Known before) : IAsyncDisposable
    {
        private TestDatabase database = scene.Database;

        public string Url => database.Url;

        public string BackupPath => scene.BackupPath;

        public static async Task<RestoreScene> CreateAsync()
        {
            var scene = await UndoScene.CreateRichAsync();
            var before = await Known.OfAsync(scene.Database);
            await scene.UndoneAsync();
            await scene.MigrateAsync();
            await scene.Database.ExecuteAsync($"TRUNCATE {string.Join(", ", UndoScene.Phase2Tables)}");
            var restores = new RestoreScene(scene, before);
            await restores.AnewAsync();
            return restores;
        }

        public Task WrittenToAsync(Func<bool> ended) => database.WrittenToAsync(ended);

        /// <summary>Goes on with a new copy.</summary>
        public async Task AnewAsync()
        {
            if (database != scene.Database)
                await database.DisposeAsync();
            database = await TestDatabase.CopyAsync(scene.Database);
        }

        public Task<RestoreReport> RestoreAsync(string url, int maxAttempts = 1) =>
            BackupRestorer.RunAsync(
                UndoScene.SettingsOf(url),
                new()
                {
                    Path = BackupPath,
                    AllowOtherDatabase = true,
                    MaxAttempts = maxAttempts,
                    LockTimeout = UndoFaultTests.NoCensus,
                    MaxBlocking = UndoFaultTests.NoCensus,
                }
            );

        /// <summary>
        /// Asserts that nothing is back or everything, and that a second restore makes it everything. Returns whether the first restore happened.
        /// </summary>
        public async Task<bool> NothingOrEverythingAsync(string circumstances)
        {
            // A transaction whose client is gone may need a moment to end.
            await Eventually.TrueAsync(async () =>
                await database.ScalarAsync<long>(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'Mued.PsDb%' AND state <> 'idle'"
                ) == 0
            );
            var found = await Known.OfAsync(database);
            var happened = found == before;
            var count = await database.ScalarAsync<long>(
                $"SELECT {string.Join(" + ", UndoScene.Phase2Tables.Select(table => $"(SELECT count(*) FROM {table})"))} + (SELECT count(*) FROM pg_largeobject_metadata)"
            );
            Assert.True(happened || count == 0, $"{circumstances}: {count} rows and large objects are back.");
            var second = await RestoreAsync(Url);
            Assert.True(second.Error is null, $"{circumstances}: {second.Error}");
            Assert.True(
                (second.Loaded, second.Skipped) == (happened ? (0, 8) : (8, 0)),
                $"{circumstances}: {second.Loaded} loaded, {second.Skipped} skipped."
            );
            Assert.Equal(before, await Known.OfAsync(database));
            return happened;
        }

        public async ValueTask DisposeAsync()
        {
            await database.DisposeAsync();
            await scene.DisposeAsync();
        }
    }

    /// <summary>All that a backup may hold, as text.</summary>
    private sealed record Known(string Rows, string Rest, string Catalog)
    {
        public static async Task<Known> OfAsync(TestDatabase database) =>
            new(
                string.Join('\n', await UndoScene.HashesAsync(database)),
                await UndoScene.RestAsync(database),
                string.Join('\n', await database.CatalogAsync())
            );
    }
}
