using Xunit.Abstractions;

namespace Mued.PsDb.Tests;

public class RandomDataTests(ITestOutputHelper output)
{
    [Fact]
    public async Task After_undo_migrate_and_restore_all_data_is_what_it_was()
    {
        var schemas = Soak.Count(60, 3_000);
        await using var database = await TestDatabase.CreateAsync();
        var folder = Directory.CreateTempSubdirectory("mued-random-");
        var (rows, sequences, changed) = (0L, 0, 0L);
        for (var seed = 1; seed <= schemas; seed++)
        {
            await using var scene = await RandomScene.CreateAsync(database, seed, folder.FullName);
            var undo = await UndoRunner.RunAsync(UndoScene.SettingsOf(database.Url), scene.Undo);
            scene.Check(undo.Error, "undo");
            await scene.MigrateAsync();
            scene.Check((await scene.RestoreAsync()).Error, "restore");
            await scene.CheckDataAsync();
            rows += undo.Backup!.Rows;
            sequences += undo.Sequences.Count;
            changed += undo.Changes.Sum(change => change.Rows);
        }

        folder.Delete(recursive: true);
        output.WriteLine(
            $"{schemas} schemas: {rows} rows, {changed} of them of tables that stay, and {sequences} sequences made the trip."
        );
        Assert.True(rows > schemas && sequences > 0 && changed > 0);
    }

    [Theory]
    [InlineData(ProxyDirection.ToServer)]
    [InlineData(ProxyDirection.ToClient)]
    public async Task Wherever_the_connection_is_cut_the_data_is_what_it_was_in_the_end(ProxyDirection direction)
    {
        var rounds = Soak.Count(10, 500);
        await using var database = await TestDatabase.CreateAsync();
        var folder = Directory.CreateTempSubdirectory("mued-random-");
        var cuts = 0;
        for (var round = 1; round <= rounds; round++)
        {
            await using var scene = await RandomScene.CreateAsync(database, 100_000 + round, folder.FullName);
            await CutAsync(url =>
                UndoRunner.RunAsync(UndoScene.SettingsOf(url), scene.Undo with { MaxAttempts = 1, LockTimeout = UndoFaultTests.NoCensus })
            );
            if (await scene.AppliedAsync())
                scene.Check((await UndoRunner.RunAsync(UndoScene.SettingsOf(database.Url), scene.Undo)).Error, "undo");
            await scene.MigrateAsync();
            await CutAsync(scene.RestoreAsync);
            scene.Check((await scene.RestoreAsync()).Error, "restore");
            await scene.CheckDataAsync();

            // The later in a run, the more there is to lose: its length is not known before, and is up to some eighty messages.
            async Task CutAsync(Func<string, Task> work)
            {
                var message = 8 + (round * 13 + (int)direction * 5) % 60;
                await using (
                    var proxy = FaultProxy.Start(database.Url, new() { Cut = new(direction, message, CutKind.Reset, round % 2 == 0) })
                )
                {
                    try
                    {
                        await work(proxy.Url);
                    }
                    catch (MuedException e) when (e.ExitCode == ExitCode.NoConnection)
                    {
                        // The cut hit the opening of the connection.
                    }

                    cuts += proxy.WasCut ? 1 : 0;
                }

                // A transaction whose client is gone may need a moment to end.
                await Eventually.TrueAsync(async () =>
                    await database.ScalarAsync<long>(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'Mued.PsDb%' AND state <> 'idle'"
                    ) == 0
                );
            }
        }

        folder.Delete(recursive: true);
        output.WriteLine($"{cuts} cuts in {rounds} undos and restores.");
        Assert.True(cuts > rounds / 2);
    }
}
