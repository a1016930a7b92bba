using System.Globalization;
using System.Text;
using Mued.PsDb.Foundation;
using Mued.PsDb.Runs;
using Npgsql;

namespace Mued.PsDb.Backups;

/// <summary>
/// The folder of a backup while it is written. Folder and files are readable by their owner only, and everything reaches the disk
/// before the undo commits. The <see cref="UndoMarker"/> is written first, held open against other processes, and removed last;
/// <see cref="Sums"/> is written last: a folder without it is no complete backup.
/// </summary>
internal sealed class BackupFolder : IDisposable
{
    /// <summary>The description of the backup.</summary>
    public const string Manifest = "manifest.json";

    /// <summary>The schema of the tables as it was.</summary>
    public const string Schema = "schema.json";

    /// <summary>What vanished from the schema, as it was.</summary>
    public const string Objects = "objects.json";

    /// <summary>SHA-256 of every other file, in the format of sha256sum.</summary>
    public const string Sums = "SHA256SUMS";

    /// <summary>The ending of the files of rows.</summary>
    public const string RowsEnding = ".copy.gz";

    private readonly Dictionary<string, string> sums = new(StringComparer.Ordinal);
    private readonly FileStream marker;
    private readonly bool created;

    private BackupFolder(string path, FileStream marker, UndoMarker? left, bool created) =>
        (Path, this.marker, Left, this.created) = (path, marker, left, created);

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>The undo that was killed here before it knew that it had committed; null when there was none.</summary>
    public UndoMarker? Left { get; }

    /// <summary>Makes the folder, or takes an empty one or what a killed undo left.</summary>
    /// <exception cref="MuedException">It holds something else, or it cannot be made (exit code 2): nothing has been executed.</exception>
    public static BackupFolder Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        FileStream? marker = null;
        try
        {
            CheckFree(full);
            var existed = Directory.Exists(full);
            PrivateFolder.Create(full);
            marker = PrivateFolder.OpenFile(full, UndoMarker.FileName, FileMode.OpenOrCreate, FileAccess.ReadWrite);
            var content = new byte[marker.Length];
            marker.ReadExactly(content);
            var left = UndoMarker.Parse(content);
            if (left is null ? Others(full).Any() : !Others(full).All(IsOurs))
                throw Texts.Usage("BackupFolderTaken", full);
            return new(full, marker, left, !existed);
        }
        catch (Exception e)
        {
            marker?.Dispose();
            if (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
                throw Unwritable(full, ExitCode.Usage, e);
            throw;
        }
    }

    /// <summary>The path of a folder that does not exist, named after a database and a time, in UTC.</summary>
    /// <param name="root">Where it is to be made; null is the process's current folder.</param>
    /// <param name="target">The database, or the tenant of it, whose names begin that of the folder.</param>
    /// <param name="time">The time.</param>
    public static string FreePath(string? root, ConnectionSettings target, DateTimeOffset time)
    {
        var invalid = System.IO.Path.GetInvalidFileNameChars();
        var whose = target.Schema is null ? target.Database : $"{target.Database}.{target.Schema}";
        var name = string.Concat(whose.Select(c => invalid.Contains(c) ? '_' : c));
        var first = System.IO.Path.Combine(
            System.IO.Path.GetFullPath(root ?? Environment.CurrentDirectory),
            string.Create(CultureInfo.InvariantCulture, $"{name}-{time:yyyyMMdd'T'HHmmss'Z'}")
        );

        // Another undo may have begun in the same second: on another server, or of a history table of its own.
        var free = first;
        for (var i = 2; System.IO.Path.Exists(free); i++)
            free = string.Create(CultureInfo.InvariantCulture, $"{first}-{i}");
        return free;
    }

    /// <summary>Makes sure that nothing of others is in the folder, and touches nothing.</summary>
    /// <exception cref="MuedException">Something is, or nobody can look (exit code 2).</exception>
    public static void CheckFree(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            if (File.Exists(full) || (!File.Exists(System.IO.Path.Combine(full, UndoMarker.FileName)) && Others(full).Any()))
                throw Texts.Usage("BackupFolderTaken", full);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(full, ExitCode.Usage, e);
        }
    }

    /// <summary>Makes sure that a backup could be written to the folder, and leaves it as it was.</summary>
    /// <exception cref="MuedException">It could not (exit code 2).</exception>
    public static void Probe(string path)
    {
        using var folder = Open(path);
        if (folder.Left is null)
            folder.Delete();
    }

    /// <summary>
    /// Makes the folder, or takes an empty one; in place of what an undo left, only when the server says that it was rolled back.
    /// </summary>
    /// <exception cref="MuedException">The folder cannot be had (exit code 2): nothing has been executed.</exception>
    public static async Task<BackupFolder> TakeAsync(
        string path,
        UndoMarker undo,
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        var folder = Open(path);
        try
        {
            if (folder.Left is { } left)
            {
                var status = await left.StatusAsync(connection, undo.Database, cancellationToken).ConfigureAwait(false);
                if (status == TransactionStatus.Committed)
                {
                    folder.Finish();
                    throw Texts.Usage("BackupFolderFinished", folder.Path);
                }

                // A copy of the server answers for itself only; so it must have been reached in the same way.
                if (status != TransactionStatus.Aborted || left.Database.Target != undo.Database.Target)
                    throw Texts.Usage("BackupFolderUnsettled", folder.Path, left.Database.Target);
                folder.Clear();
            }

            folder.marker.SetLength(0);
            folder.marker.Write(undo.ToJson());
            folder.marker.Flush(flushToDisk: true);
            PrivateFolder.Sync(folder.Path);
            return folder;
        }
        catch (Exception e)
        {
            if (folder.Left is null)
                folder.Delete();
            folder.Dispose();
            if (FileFailure.IsUnwritable(e))
                throw Unwritable(folder.Path, ExitCode.MigrationFailed, e);
            throw;
        }
    }

    /// <summary>The error for a folder that cannot be written to, or not any more.</summary>
    public static MuedException Unwritable(string path, ExitCode exitCode, Exception inner) =>
        Texts.Error("BackupUnwritable", exitCode, new ErrorPlace(TargetName: path), inner, path, inner.Message);

    /// <summary>A new file of the backup, for writing.</summary>
    public FileStream CreateFile(string name) => PrivateFolder.OpenFile(Path, name, FileMode.CreateNew, FileAccess.Write);

    /// <summary>Notes the hash of a file that is written and flushed.</summary>
    public void Note(string name, string sha256) => sums.Add(name, sha256);

    /// <summary>Writes a small text file and notes its hash.</summary>
    public async Task WriteTextAsync(string name, string text, CancellationToken cancellationToken)
    {
        var file = CreateFile(name);
        await using (file.ConfigureAwait(false))
        {
            var stream = new HashingStream(file);
            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
                Note(name, stream.Sha256());
            }
        }
    }

    /// <summary>Writes the list of hashes, which makes the backup complete, and brings the folder itself to the disk.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        var text = string.Concat(sums.OrderBy(sum => sum.Key, StringComparer.Ordinal).Select(sum => $"{sum.Value}  {sum.Key}\n"));
        await WriteTextAsync(Sums, text, cancellationToken).ConfigureAwait(false);
        PrivateFolder.Sync(Path);
    }

    /// <summary>Says that the undo is committed: from now on the backup is all there is of the rows.</summary>
    /// <exception cref="IOException">The marker stays. The server knows as well.</exception>
    public void Finish()
    {
        marker.Dispose();
        File.Delete(marker.Name);
        PrivateFolder.Sync(Path);
    }

    /// <summary>Takes back what was written: the undo was rolled back, so the rows are where they were.</summary>
    public void Delete()
    {
        try
        {
            Clear();
            marker.Dispose();
            File.Delete(marker.Name);
            if (created)
                Directory.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be cleaned up is no reason to hide why the undo failed.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => marker.Dispose();

    /// <summary>
    /// Deletes everything but the marker. The list goes first: what an interrupted deletion leaves must not look complete.
    /// </summary>
    private void Clear()
    {
        File.Delete(System.IO.Path.Combine(Path, Sums));
        foreach (var name in Others(Path).Where(IsOurs).ToList())
            File.Delete(System.IO.Path.Combine(Path, name));
    }

    private static bool IsOurs(string name) =>
        name is Manifest or Schema or Objects or Sums || name.EndsWith(RowsEnding, StringComparison.Ordinal);

    /// <summary>The names in a folder besides the marker's; none when there is no folder.</summary>
    private static IEnumerable<string> Others(string path) =>
        Directory.Exists(path)
            ? Directory
                .EnumerateFileSystemEntries(path)
                .Select(entry => System.IO.Path.GetFileName(entry))
                .Where(name => name != UndoMarker.FileName)
            : [];
}
