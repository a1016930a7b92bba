using System.Diagnostics;
using System.IO.Compression;
using Mued.PsDb.Backups;
using Mued.PsDb.Inspection;
using Mued.PsDb.Runs;
using Mued.PsDb.Tests.Cli;
using Npgsql;
using Xunit.Abstractions;

namespace Mued.PsDb.Tests;

/// <summary>Whatever breaks, and whenever: either the undo did not happen, or it happened and the verified backup is there.</summary>
public class UndoFaultTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(ProxyDirection.ToServer)]
    [InlineData(ProxyDirection.ToClient)]
    public async Task A_connection_cut_at_any_message_loses_no_row(ProxyDirection direction)
    {
        await using var watched = await UndoScene.CreateRichAsync();
        var last = await CountMessagesAsync(watched, direction);
        var (stride, tail) = (Math.Max(1, last / Soak.Count(8, 400)), Soak.Count(7, 60));

        // Around COMMIT, the last messages, every one counts.
        var messages = Enumerable.Range(1, last).Where(message => message % stride == 0 || message > last - tail);
        var (cuts, undone) = (0, 0);
        var scene = await UndoScene.CreateRichAsync();
        try
        {
            foreach (var message in messages)
            {
                foreach (var forward in new[] { true, false })
                {
                    await using (
                        var proxy = FaultProxy.Start(scene.Database.Url, new() { Cut = new(direction, message, CutKind.Reset, forward) })
                    )
                    {
                        await AttemptAsync(
                            UndoScene.SettingsOf(proxy.Url),
                            scene.Options with
                            {
                                MaxAttempts = 1,
                                LockTimeout = NoCensus,
                                MaxBlocking = NoCensus,
                            }
                        );
                        cuts += proxy.WasCut ? 1 : 0;
                    }

                    if (!await NeitherLostNorHalfAsync(scene, $"{direction} {message} {forward}"))
                        continue;
                    undone++;
                    await scene.DisposeAsync();
                    scene = await UndoScene.CreateRichAsync();
                }
            }
        }
        finally
        {
            await scene.DisposeAsync();
        }

        output.WriteLine($"{cuts} cuts made {direction} among {last} messages; {undone} of these undos had committed.");
        Assert.True(cuts > 12, $"Only {cuts} cuts were made.");
        Assert.True(undone > 0);
    }

    [Fact]
    public async Task A_cut_connection_is_taken_up_again_and_the_undo_completed()
    {
        await using var watched = await UndoScene.CreateRichAsync();
        var last = await CountMessagesAsync(watched, ProxyDirection.ToClient);
        foreach (var message in new[] { last / 3, last * 2 / 3, last - 4, last - 1 })
        {
            await using var scene = await UndoScene.CreateRichAsync();
            await using var proxy = FaultProxy.Start(
                scene.Database.Url,
                new() { Cut = new(ProxyDirection.ToClient, message, CutKind.Reset, Forward: false) }
            );
            var report = await UndoRunner.RunAsync(
                UndoScene.SettingsOf(proxy.Url),
                scene.Options with
                {
                    LockTimeout = NoCensus,
                    MaxBlocking = NoCensus,
                }
            );
            Assert.True(proxy.WasCut);
            Assert.True(report.Error is null, $"{message}: {report.Error}");
            Assert.True(await NeitherLostNorHalfAsync(scene, $"{message}"));
        }
    }

    [Fact]
    public async Task A_server_that_crashes_at_any_moment_loses_no_row()
    {
        await using var sandbox = await SandboxServer.StartAsync(new());
        var server = TestServer.Of(sandbox);
        var rounds = Soak.Count(4, 20);
        var (undone, inside) = (0, 0);
        for (var round = 0; round < rounds; round++)
        {
            await using var scene = await UndoScene.CreateRichAsync(server);
            var undo = AttemptAsync(scene.Settings, scene.Options with { MaxAttempts = 2 });
            if (round % 2 == 0)
                await scene.Database.WrittenToAsync(() => undo.IsCompleted);
            else
                await Task.Delay(round * 400 / rounds);
            inside += undo.IsCompleted ? 0 : 1;
            await sandbox.KillAsync();
            await sandbox.RestartAsync();
            await undo;
            undone += await NeitherLostNorHalfAsync(scene, $"round {round}") ? 1 : 0;
        }

        output.WriteLine($"{rounds} crashes, {inside} during an undo; {undone} undos had committed or went on by themselves.");
        Assert.True(inside > 0);
    }

    [Fact]
    public async Task A_killed_process_loses_no_row()
    {
        var kills = Soak.Count(6, 50);
        var clock = new Stopwatch();
        await using (var warmUp = await UndoScene.CreateRichAsync())
            Assert.Equal(0, (await RunProcessAsync(warmUp)).ExitCode);
        await using (var measured = await UndoScene.CreateRichAsync())
        {
            clock.Start();
            Assert.Equal(0, (await RunProcessAsync(measured)).ExitCode);
            clock.Stop();
        }

        var (undone, inside) = (0, 0);
        for (var kill = 0; kill < kills; kill++)
        {
            await using var scene = await UndoScene.CreateRichAsync();
            using var process = CliProcess.Start(null, null, Arguments(scene));
            if (kill % 2 == 0)
                await Eventually.TrueAsync(() => Task.FromResult(Begun() || process.HasExited), TimeSpan.FromMilliseconds(1));
            else
                await Task.Delay((int)clock.ElapsedMilliseconds * (kills / 2 + kill) / (kills * 3 / 2));
            inside += Begun() && !process.HasExited ? 1 : 0;
            process.Kill();
            await process.WaitForExitAsync();
            undone += await SettledAsync(scene, $"kill {kill}") ? 1 : 0;

            bool Begun() => Directory.Exists(scene.BackupPath);
        }

        output.WriteLine($"{kills} kills, {inside} of them with the backup begun; {undone} of these undos had committed.");
        Assert.True(inside > 0);
    }

    [Fact]
    public async Task A_process_killed_around_the_commit_leaves_a_folder_that_the_next_run_understands()
    {
        int last;
        await using (var watched = await UndoScene.CreateRichAsync())
        {
            await using var proxy = FaultProxy.Start(watched.Database.Url);
            Assert.Equal(0, (await CliProcess.RunAsync(Arguments(watched, proxy.Url))).ExitCode);
            last = proxy.ToServer;
        }

        // The process waits for an answer that never comes: before, during and after COMMIT, five messages and a goodbye. A run that takes
        // longer than another has more messages, so the last of that one may lie behind the end of this.
        var (undone, marked) = (0, 0);
        for (var message = last - 1; message >= last - Soak.Count(6, 40) || (marked == 0 && message > last - 40); message--)
        {
            await using var scene = await UndoScene.CreateRichAsync();
            await using var proxy = FaultProxy.Start(
                scene.Database.Url,
                new() { Cut = new(ProxyDirection.ToServer, message, CutKind.Silence, Forward: false) }
            );
            using var process = CliProcess.Start(null, null, Arguments(scene, proxy.Url));
            await Eventually.TrueAsync(() => proxy.WasCut || process.HasExited);
            process.Kill();
            await process.WaitForExitAsync();
            proxy.AbortConnections();
            marked += File.Exists(Path.Combine(scene.BackupPath, UndoMarker.FileName)) ? 1 : 0;
            undone += await SettledAsync(scene, $"{message} of {last}", proxy.Url) ? 1 : 0;
        }

        output.WriteLine($"{marked} kills left a folder whose undo was not known to be committed; {undone} of the undos had committed.");
        Assert.True(marked > 0);
    }

    [Theory]
    [InlineData("ROLLBACK", null)]
    [InlineData("COMMIT", "BackupFolderFinished")]
    [InlineData("future", "BackupFolderUnsettled")]
    [InlineData("elsewhere", "BackupFolderUnsettled")]
    public async Task A_left_folder_is_replaced_only_when_its_undo_is_known_to_be_rolled_back(string end, string? errorId)
    {
        await using var scene = await WithLeftFolderAsync(end);
        await scene.MigrateAsync();
        await scene.Database.ExecuteAsync("INSERT INTO provenance (content_id, content_type) VALUES (gen_random_uuid(), 'generated')");
        if (errorId is null)
        {
            Assert.Contains((await scene.UndoneAsync()).Backup!.Files, file => file is { Table: "public.provenance", Rows: 1 });
            Assert.False(File.Exists(Path.Combine(scene.BackupPath, UndoMarker.FileName)));
            return;
        }

        var before = await ContentAsync(scene.BackupPath);
        var error = await Assert.ThrowsAsync<MuedException>(() => scene.UndoAsync());
        Assert.Equal((errorId, ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Equal(1, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM provenance"));
        if (end == "COMMIT")
            before.Remove(UndoMarker.FileName);
        Assert.Equal(before, await ContentAsync(scene.BackupPath));
    }

    [Theory]
    [InlineData("ROLLBACK", "was rolled back")]
    [InlineData("COMMIT", null)]
    [InlineData("future", "cannot tell")]
    public async Task A_left_folder_can_be_restored_and_says_what_is_known_of_its_undo(string end, string? warning)
    {
        await using var scene = await WithLeftFolderAsync(end);
        await scene.MigrateAsync();
        await scene.Database.ExecuteAsync("TRUNCATE plugin_registry");
        var report = await scene.RestoredAsync();
        Assert.Equal(8, report.Loaded);
        Assert.Equal(
            warning is null ? [] : [warning],
            report.Warnings.Select(text => warning is not null && text.Contains(warning, StringComparison.Ordinal) ? warning : text)
        );
        Assert.Equal(warning is not null, File.Exists(Path.Combine(scene.BackupPath, UndoMarker.FileName)));
    }

    [Fact]
    public async Task A_folder_that_another_undo_is_writing_to_or_that_holds_something_else_is_left_alone()
    {
        await using var scene = await UndoScene.CreateRichAsync();
        using (BackupFolder.Open(scene.BackupPath))
            Assert.Equal("BackupUnwritable", (await Assert.ThrowsAsync<MuedException>(() => scene.UndoAsync())).ErrorId);
        await File.WriteAllTextAsync(Path.Combine(scene.BackupPath, "mine.txt"), "");
        Assert.Equal("BackupFolderTaken", (await Assert.ThrowsAsync<MuedException>(() => scene.UndoAsync())).ErrorId);
        Assert.True(File.Exists(Path.Combine(scene.BackupPath, "mine.txt")));
        File.Delete(Path.Combine(scene.BackupPath, "mine.txt"));
        await scene.UndoneAsync();
    }

    [Fact]
    public async Task A_backup_folder_that_cannot_be_written_stops_the_undo_before_it_starts()
    {
        await using var scene = await UndoScene.CreateRichAsync();
        var file = Path.Combine(scene.Folder, "file");
        await File.WriteAllTextAsync(file, "");
        Directory.CreateDirectory(Path.Combine(scene.Folder, "taken", "by", "something"));
        foreach (
            var path in new[]
            {
                Path.Combine(file, "backup"),
                file,
                Path.Combine(scene.Folder, "taken"),
                OperatingSystem.IsLinux() ? "/proc/mued/backup" : Path.Combine(file, "x"),
            }
        )
        {
            var error = await Assert.ThrowsAsync<MuedException>(() => scene.UndoAsync(scene.Options with { BackupPath = path }));
            Assert.Equal(ExitCode.Usage, error.ExitCode);
            Assert.Contains(Path.GetFileName(path), error.Message, StringComparison.Ordinal);
            Assert.False(await NeitherLostNorHalfAsync(scene, path));
        }
    }

    [Fact]
    public async Task A_disk_that_fills_up_at_any_stage_of_the_backup_loses_no_row()
    {
        await using var scene = await UndoScene.CreateRichAsync();
        await scene.Database.ExecuteAsync(
            """
            UPDATE ai_dialogue_log SET response = (SELECT string_agg(md5(random()::text || i), '') FROM generate_series(1, 4000) AS i);
            SELECT lo_put(scan, 0, (SELECT string_agg(sha512(random()::text::bytea), '') FROM generate_series(1, 20000))) FROM ai_dialogue_log WHERE nr = 2;
            """
        );
        var before = (await UndoScene.RestAsync(scene.Database), string.Join('\n', await scene.HashesAsync()));

        // In KiB: no room for the marker, for what describes the backup, for more than some of the rows, for the large objects.
        foreach (var size in (int[])[0, 2, 64, 512])
        {
            var result = await CliProcess.RunWithSmallFilesAsync(
                size,
                "undo",
                "--url",
                scene.Database.Url,
                "--path",
                scene.Migrations,
                "--backup-path",
                scene.BackupPath,
                "--force",
                "--output",
                "json"
            );
            Assert.Equal((size, "BackupUnwritable"), (size, CliReport.ErrorOf(result).GetProperty("errorId").GetString()));
            Assert.Equal(ExitCode.MigrationFailed, (ExitCode)result.ExitCode);
            Assert.False(Directory.Exists(scene.BackupPath));
            Assert.Equal(before, (await UndoScene.RestAsync(scene.Database), string.Join('\n', await scene.HashesAsync())));
        }

        var report = await scene.UndoneAsync();
        var sizes = new DirectoryInfo(report.Backup!.Path).EnumerateFiles().Select(file => file.Length >> 10).Order().ToList();
        Assert.True(sizes[^1] > 512 && sizes[^2] is > 64 and < 512);
    }

    [Fact]
    public async Task Every_row_that_concurrent_writers_commit_is_in_the_backup()
    {
        await using var scene = await UndoScene.CreateRichAsync();
        await scene.Database.ExecuteAsync(
            "INSERT INTO ai_dialogue_log (user_id, session_id, query, response, model_used) SELECT id, id, 'bulk', repeat('x', 500), 'm' FROM users, generate_series(1, 20000)"
        );
        using var stop = new CancellationTokenSource();
        var before = await CountAsync();
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => WriteAsync(scene, stop.Token))).ToList();
        await Eventually.TrueAsync(async () => await CountAsync() > before + 20);
        var report = await scene.UndoAsync();
        await stop.CancelAsync();
        var committed = (await Task.WhenAll(writers)).SelectMany(ids => ids).ToHashSet();
        Assert.Null(report.Error);
        var file = report.Backup!.Files.Single(file => file.Table == "public.ai_dialogue_log");
        var saved = (await ReadIdsAsync(Path.Combine(scene.BackupPath, file.Name))).ToHashSet();
        output.WriteLine(
            $"{committed.Count} rows were committed meanwhile, {saved.Count} are in the backup; {report.Attempts.Count} tries failed."
        );
        Assert.True(committed.Count > 20);
        Assert.Empty(committed.Except(saved));
        Assert.Equal(saved.Count, file.Rows);

        Task<long> CountAsync() => scene.Database.ScalarAsync<long>("SELECT count(*) FROM ai_dialogue_log");
    }

    private static async Task<List<string>> WriteAsync(UndoScene scene, CancellationToken stop)
    {
        var committed = new List<string>();
        await using var connection = await scene.Database.OpenAsync();
        while (!stop.IsCancellationRequested)
        {
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new(
                        "INSERT INTO ai_dialogue_log (user_id, session_id, query, response, model_used) SELECT id, id, 'q', 'r', 'm' FROM users LIMIT 1 RETURNING id::text"
                    ),
                },
            };
            try
            {
                committed.Add((string)(await batch.ExecuteScalarAsync(CancellationToken.None))!);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
            {
                return committed;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DeadlockDetected)
            {
                // The writer was the victim; its row is not committed.
            }
        }

        return committed;
    }

    private static async Task<List<string>> ReadIdsAsync(string file)
    {
        await using var gzip = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        var ids = new List<string>();
        while (await reader.ReadLineAsync() is { } line)
            ids.Add(line[..line.IndexOf('\t', StringComparison.Ordinal)]);
        return ids;
    }

    // With these limits a slow machine's run still needs no second connection to look who waits for whom: every run has the same messages.
    internal static readonly TimeSpan NoCensus = TimeSpan.FromMinutes(10);

    private static string[] Arguments(UndoScene scene, string? url = null) =>
        [
            "undo",
            "--url",
            url ?? scene.Database.Url,
            "--path",
            scene.Migrations,
            "--backup-path",
            scene.BackupPath,
            "--force",
            "--lock-timeout",
            "60s",
            "--max-blocking",
            "10min",
        ];

    private static Task<CliResult> RunProcessAsync(UndoScene scene) => CliProcess.RunAsync(Arguments(scene));

    private static async Task AttemptAsync(ConnectionSettings settings, UndoOptions options)
    {
        try
        {
            await UndoRunner.RunAsync(settings, options);
        }
        catch (MuedException e) when (e.ExitCode == ExitCode.NoConnection)
        {
            // The cut hit the opening of the connection.
        }
    }

    /// <summary>
    /// Asserts that the rows are in the tables and recorded, or in a backup that can be read to its last byte. Returns whether the undo
    /// happened; if it did not, no backup is left.
    /// </summary>
    internal static async Task<bool> NeitherLostNorHalfAsync(UndoScene scene, string circumstances, bool killed = false)
    {
        // A transaction whose client is gone may need a moment to end.
        await Eventually.TrueAsync(async () =>
            await scene.Database.ScalarAsync<long>(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'Mued.PsDb%' AND state <> 'idle'"
            ) == 0
        );
        var live = await scene.Database.ScalarAsync<long>("SELECT count(*) FROM mued_schema_history WHERE undone_at IS NULL");
        if (live == 3)
        {
            Assert.True(await scene.Database.ScalarAsync<long>("SELECT count(*) FROM ai_dialogue_log") == 3, circumstances);
            Assert.True(await scene.Database.ScalarAsync<long>("SELECT count(*) FROM plugin_registry") == 2, circumstances);
            Assert.True(await scene.Database.ScalarAsync<long>("SELECT count(*) FROM pg_largeobject_metadata") == 2, circumstances);
            Assert.True(
                await scene.Database.ScalarAsync<long>("SELECT count(*) FROM users WHERE email = lower(email)") == 1,
                circumstances
            );

            // A killed process cannot clean up: a copy of rows that are still there may be left.
            Assert.False(!killed && Directory.Exists(scene.BackupPath), circumstances);
            return false;
        }

        Assert.True(live == 0, $"{circumstances}: {live} migrations are still recorded.");
        Assert.True(
            await scene.Database.ScalarAsync<bool>(
                "SELECT to_regclass('ai_dialogue_log') IS NULL AND to_regclass('plugin_registry') IS NULL"
            ),
            circumstances
        );
        var backup = await Backup.OpenAsync(scene.BackupPath, unpack: true, CancellationToken.None);
        var manifest = backup.Manifest;
        Assert.True((manifest.Entries.Sum(entry => entry.Rows), manifest.LargeObjects?.Rows) == (8, 3), circumstances);
        Assert.True(manifest.Sequences is [{ Sequence: "ai_dialogue_log_nr_seq", LastValue: 70 }], circumstances);
        Assert.True(manifest.Objects.Any(item => item is { Kind: "index", Name: "public.by_hand", Statement: not null }), circumstances);
        Assert.False(!killed && File.Exists(Path.Combine(scene.BackupPath, UndoMarker.FileName)), circumstances);
        return true;
    }

    /// <summary>The same of a process that was killed; and what it left is neither in the way of the next undo nor lost on it.</summary>
    private static async Task<bool> SettledAsync(UndoScene scene, string circumstances, string? url = null)
    {
        var settings = UndoScene.SettingsOf(url ?? scene.Database.Url);
        if (!await NeitherLostNorHalfAsync(scene, circumstances, killed: true))
        {
            Assert.Null((await UndoRunner.RunAsync(settings, scene.Options)).Error);
            Assert.True(await NeitherLostNorHalfAsync(scene, circumstances), circumstances);
            return false;
        }

        // Not taken for a left-over, and settled by the next look.
        var known = !File.Exists(Path.Combine(scene.BackupPath, UndoMarker.FileName));
        await scene.MigrateAsync();
        Assert.Equal(
            known ? "BackupFolderTaken" : "BackupFolderFinished",
            (await Assert.ThrowsAsync<MuedException>(() => UndoRunner.RunAsync(settings, scene.Options))).ErrorId
        );
        Assert.False(File.Exists(Path.Combine(scene.BackupPath, UndoMarker.FileName)), circumstances);
        return true;
    }

    /// <summary>
    /// Phase 2 undone, and its backup as a process leaves it that is killed at COMMIT, of a transaction that ended in a certain way.
    /// </summary>
    private static async Task<UndoScene> WithLeftFolderAsync(string end)
    {
        var scene = await UndoScene.CreateRichAsync();
        await scene.UndoneAsync();
        await using var connection = scene.Settings.CreateConnection();
        await connection.OpenAsync();
        await ExecuteAsync("BEGIN");
        var transaction = await ServerTransaction.IdAsync(connection, CancellationToken.None);
        var origin = await DatabaseIdentity.ReadAsync(connection, scene.Settings, CancellationToken.None);
        await ExecuteAsync(end == "COMMIT" ? "COMMIT" : "ROLLBACK");
        var marker = end switch
        {
            "future" => new UndoMarker("4000000000", origin),
            "elsewhere" => new UndoMarker(transaction, origin with { Target = "me@another:5432/db" }),
            _ => new UndoMarker(transaction, origin),
        };
        await File.WriteAllBytesAsync(Path.Combine(scene.BackupPath, UndoMarker.FileName), marker.ToJson());
        return scene;

        async Task ExecuteAsync(string sql)
        {
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new(sql) } };
            await batch.ExecuteNonQueryAsync();
        }
    }

    private static async Task<Dictionary<string, string>> ContentAsync(string folder)
    {
        var content = new Dictionary<string, string>();
        foreach (var file in Directory.EnumerateFiles(folder))
            content.Add(Path.GetFileName(file), Convert.ToHexString(await File.ReadAllBytesAsync(file)));
        return content;
    }

    private static async Task<int> CountMessagesAsync(UndoScene scene, ProxyDirection direction)
    {
        await using var proxy = FaultProxy.Start(scene.Database.Url);
        Assert.Null(
            (
                await UndoRunner.RunAsync(
                    UndoScene.SettingsOf(proxy.Url),
                    scene.Options with
                    {
                        LockTimeout = NoCensus,
                        MaxBlocking = NoCensus,
                    }
                )
            ).Error
        );
        return direction == ProxyDirection.ToServer ? proxy.ToServer : proxy.ToClient;
    }
}
