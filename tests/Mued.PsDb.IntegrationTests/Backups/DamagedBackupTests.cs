using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Mued.PsDb.Backups;

namespace Mued.PsDb.Tests;

public class DamagedBackupTests
{
    [Fact]
    public async Task One_flipped_byte_in_any_file_is_found_before_anything_is_loaded()
    {
        await using var scene = await WithBackupAsync();
        var before = await scene.HashesAsync();
        foreach (var file in Directory.EnumerateFiles(scene.BackupPath))
        {
            var original = await File.ReadAllBytesAsync(file);
            foreach (var place in new[] { 0, original.Length / 2, original.Length - 2 })
            {
                var damaged = (byte[])original.Clone();
                damaged[place] ^= 1;
                await File.WriteAllBytesAsync(file, damaged);
                var error = await Assert.ThrowsAsync<MuedException>(() => scene.RestoreAsync());
                Assert.True(error is { ErrorId: "BackupDamaged", ExitCode: ExitCode.CheckFailed }, $"{file} at {place}: {error.ErrorId}");
            }

            await File.WriteAllBytesAsync(file, original);
        }

        Assert.Equal(before, await scene.HashesAsync());
        await scene.RestoredAsync();
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        await using var scene = await WithBackupAsync();
        var before = await scene.HashesAsync();
        foreach (var file in Directory.EnumerateFiles(scene.BackupPath))
        {
            File.Move(file, file + ".away");
            var error = await Assert.ThrowsAsync<MuedException>(() => scene.RestoreAsync());
            Assert.Equal(Path.GetFileName(file) == "SHA256SUMS" ? "BackupIncomplete" : "BackupFileMissing", error.ErrorId);
            Assert.Contains(Path.GetFileName(file), error.Message, StringComparison.Ordinal);
            File.Move(file + ".away", file);
        }

        Assert.Equal(before, await scene.HashesAsync());
    }

    [Fact]
    public async Task A_damaged_backup_is_told_while_the_server_has_not_answered()
    {
        await using var scene = await WithBackupAsync();
        File.Delete(Path.Combine(scene.BackupPath, BackupFolder.Schema));
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var settings = UndoScene.SettingsOf(
            $"postgresql://nobody@127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/none?sslmode=disable&connect_timeout=300"
        );
        var error = await Assert.ThrowsAsync<MuedException>(() => BackupRestorer.RunAsync(settings, new() { Path = scene.BackupPath }));
        Assert.Equal("BackupFileMissing", error.ErrorId);
    }

    [Fact]
    public async Task A_folder_without_a_backup_is_refused()
    {
        await using var scene = await UndoScene.CreateAsync(migrate: false);
        Assert.Equal("BackupMissing", (await Assert.ThrowsAsync<MuedException>(() => scene.RestoreAsync())).ErrorId);
        Directory.CreateDirectory(scene.BackupPath);
        Assert.Equal("BackupIncomplete", (await Assert.ThrowsAsync<MuedException>(() => scene.RestoreAsync())).ErrorId);

        // What cannot be read is not said to be missing: root may read every file, so it is a folder that is in its place.
        Directory.CreateDirectory(Path.Combine(scene.BackupPath, BackupFolder.Sums));
        var error = await Assert.ThrowsAsync<MuedException>(() => scene.RestoreAsync());
        Assert.Equal(("FileUnreadable", ExitCode.Usage), (error.ErrorId, error.ExitCode));
    }

    [Fact]
    public async Task A_backup_of_another_database_is_refused_unless_allowed()
    {
        await using var scene = await WithBackupAsync();
        await using var other = await UndoScene.CreateAsync();
        await other.Database.ExecuteAsync(
            "INSERT INTO users (id, clerk_id, email) VALUES ('00000000-0000-4000-8000-000000000001', 'c1', 'e'); TRUNCATE plugin_registry"
        );
        var before = await other.HashesAsync();
        var error = await Assert.ThrowsAsync<MuedException>(() =>
            BackupRestorer.RunAsync(other.Settings, new() { Path = scene.BackupPath })
        );
        Assert.Equal(("RestoreOtherDatabase", ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Contains(scene.Database.Name, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await other.HashesAsync());
        var report = await BackupRestorer.RunAsync(other.Settings, new() { Path = scene.BackupPath, AllowOtherDatabase = true });
        Assert.Null(report.Error);
        Assert.Equal(7, report.Loaded);
    }

    [Theory]
    [InlineData("ALTER TABLE provenance DROP COLUMN source_uri", "column public.provenance.source_uri does not exist")]
    [InlineData("ALTER TABLE ai_dialogue_log RENAME COLUMN query TO question", "column public.ai_dialogue_log.query does not exist")]
    [InlineData(
        "ALTER TABLE ai_dialogue_log ALTER latency_ms TYPE text",
        "column public.ai_dialogue_log.latency_ms is text and was integer"
    )]
    [InlineData(
        "ALTER TABLE rag_metrics_history ADD needed int NOT NULL",
        "column public.rag_metrics_history.needed is NOT NULL without a default"
    )]
    [InlineData("DROP TABLE plugin_registry", "table public.plugin_registry does not exist")]
    public async Task A_schema_that_cannot_hold_the_rows_is_refused(string change, string complaint)
    {
        await using var scene = await WithBackupAsync();
        await scene.Database.ExecuteAsync(change);
        var before = await scene.HashesAsync();
        // A column that is missing would be made again.
        var error = await Assert.ThrowsAsync<MuedException>(() =>
            BackupRestorer.RunAsync(scene.Settings, new() { Path = scene.BackupPath, SchemaObjects = SchemaObjectsAction.Report })
        );
        Assert.Equal(("RestoreMisfit", ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await scene.HashesAsync());
    }

    [Theory]
    [InlineData("\"formatVersion\": 2", "\"formatVersion\": 99", "BackupManifestNewer")]
    [InlineData("mued-psdb-backup", "something-else", "BackupManifestInvalid")]
    [InlineData("\"file\": \"001-", "\"file\": \"../001-", "BackupManifestInvalid")]
    [InlineData("{", "[", "BackupManifestInvalid")]
    public async Task A_manifest_that_is_none_of_ours_is_refused_even_with_matching_hashes(string part, string change, string errorId)
    {
        await using var scene = await WithBackupAsync();
        var manifest = Path.Combine(scene.BackupPath, "manifest.json");
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest)).Replace(part, change, StringComparison.Ordinal));
        var sums = Path.Combine(scene.BackupPath, "SHA256SUMS");
        var hash = Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(manifest))).ToLowerInvariant();
        await File.WriteAllLinesAsync(
            sums,
            (await File.ReadAllLinesAsync(sums)).Select(line =>
                line.EndsWith("manifest.json", StringComparison.Ordinal) ? $"{hash}  manifest.json" : line
            )
        );
        Assert.Equal(errorId, (await Assert.ThrowsAsync<MuedException>(() => scene.RestoreAsync())).ErrorId);
    }

    private static async Task<UndoScene> WithBackupAsync()
    {
        var scene = await UndoScene.CreateAsync();
        await scene.FillAsync();
        await scene.UndoneAsync();
        await scene.MigrateAsync();
        return scene;
    }
}
