using System.IO.Compression;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Backups;

/// <summary>A complete backup on disk whose every byte has been checked against its hash.</summary>
internal sealed class Backup
{
    private Backup(string path, BackupManifest manifest) => (Path, Manifest) = (path, manifest);

    /// <summary>The full path of the folder.</summary>
    public string Path { get; }

    /// <summary>What it holds.</summary>
    public BackupManifest Manifest { get; }

    /// <summary>Opens a backup and reads it whole.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="unpack">Also decompresses every file and counts its rows, which proves that the hashed bytes are the rows.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="MuedException">
    /// The folder holds no complete backup (exit code 2), or a file is missing or not what it was (exit code 1).
    /// </exception>
    public static async Task<Backup> OpenAsync(string path, bool unpack, CancellationToken cancellationToken)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(full))
            throw Texts.Usage("BackupMissing", full);
        var sums = await ReadSumsAsync(full, cancellationToken).ConfigureAwait(false);
        var manifestPath = System.IO.Path.Combine(full, BackupFolder.Manifest);
        await CheckAsync(full, sums, BackupFolder.Manifest, null, cancellationToken).ConfigureAwait(false);
        await CheckAsync(full, sums, BackupFolder.Schema, null, cancellationToken).ConfigureAwait(false);
        var backup = new Backup(
            full,
            BackupManifest.Parse(await File.ReadAllBytesAsync(manifestPath, cancellationToken).ConfigureAwait(false), manifestPath)
        );
        if (backup.Manifest.Objects.Count > 0)
            await CheckAsync(full, sums, BackupFolder.Objects, null, cancellationToken).ConfigureAwait(false);
        await Parallel
            .ForEachAsync(
                backup.Manifest.Files,
                cancellationToken,
                async (entry, token) =>
                {
                    await CheckAsync(full, sums, entry.File, entry.Sha256, token).ConfigureAwait(false);
                    if (unpack)
                        await backup.CountAsync(entry, token).ConfigureAwait(false);
                }
            )
            .ConfigureAwait(false);

        return backup;
    }

    /// <summary>What vanished from the schema, as it was; null when nothing is known of that.</summary>
    public SchemaSnapshot? LostSchema() =>
        Manifest.Objects.Count > 0 ? SnapshotFile.Load(System.IO.Path.Combine(Path, BackupFolder.Objects)) : null;

    /// <summary>The rows of a file, decompressed.</summary>
    public Stream OpenRows(BackupEntry entry) =>
        new GZipStream(OpenFile(System.IO.Path.Combine(Path, entry.File)), CompressionMode.Decompress);

    /// <summary>The error for rows that are not what the manifest says.</summary>
    public MuedException Damaged(BackupEntry entry, Exception? inner = null) =>
        Texts.Error(
            "BackupDamaged",
            ExitCode.CheckFailed,
            new ErrorPlace(System.IO.Path.Combine(Path, entry.File)),
            inner,
            entry.File,
            Path
        );

    private async Task CountAsync(BackupEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            var rows = OpenRows(entry);
            await using (rows.ConfigureAwait(false))
            {
                if (
                    await RowPump.CopyAsync(rows, Stream.Null, null, cancellationToken).ConfigureAwait(false)
                    != (entry.Rows, entry.ContentBytes)
                )
                    throw Damaged(entry);
            }
        }
        catch (InvalidDataException e)
        {
            throw Damaged(entry, e);
        }
    }

    private static async Task<Dictionary<string, string>> ReadSumsAsync(string folder, CancellationToken cancellationToken)
    {
        var path = System.IO.Path.Combine(folder, BackupFolder.Sums);
        string[] lines;
        try
        {
            lines = await File.ReadAllLinesAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            throw Texts.Usage("BackupIncomplete", folder, BackupFolder.Sums);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Texts.Error("FileUnreadable", ExitCode.Usage, new ErrorPlace(path), e, path, e.Message);
        }

        var sums = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            // 64 hexadecimal digits, two blanks, the name. What is not so is not in the list, and its file then counts as damaged.
            if (line.Length > 66)
                sums[line[66..]] = line[..64];
        }

        return sums;
    }

    private static async Task CheckAsync(
        string folder,
        Dictionary<string, string> sums,
        string name,
        string? alsoExpected,
        CancellationToken cancellationToken
    )
    {
        var path = System.IO.Path.Combine(folder, name);
        if (!File.Exists(path))
            throw Texts.Error("BackupFileMissing", ExitCode.CheckFailed, new ErrorPlace(path), null, name, folder);
        string actual;
        try
        {
            var file = OpenFile(path);
            await using (file.ConfigureAwait(false))
            {
                var stream = new HashingStream(file);
                await using (stream.ConfigureAwait(false))
                {
                    await stream.CopyToAsync(Stream.Null, 1 << 18, cancellationToken).ConfigureAwait(false);
                    actual = stream.Sha256();
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Texts.Error("FileUnreadable", ExitCode.Usage, new ErrorPlace(path), e, path, e.Message);
        }

        if (sums.GetValueOrDefault(name) != actual || (alsoExpected ?? actual) != actual)
            throw Texts.Error("BackupDamaged", ExitCode.CheckFailed, new ErrorPlace(path), null, name, folder);
    }

    private static FileStream OpenFile(string path) =>
        new(path, new FileStreamOptions { BufferSize = 1 << 16, Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
}
