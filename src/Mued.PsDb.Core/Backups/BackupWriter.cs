using System.Globalization;
using System.IO.Compression;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Backups;

/// <summary>Writes a backup from within the transaction that destroys the rows, and reads it back.</summary>
internal sealed class BackupWriter(NpgsqlConnection connection, BackupFolder folder, IProgress<RunProgress>? progress)
{
    /// <summary>
    /// Sets, to the end of the savepoint, what the text of values depends on, so that a restore under other settings reads the same
    /// values. With row_security off a policy that hides rows is an error instead of a silent gap (PostgreSQL manual, Client
    /// Connection Defaults).
    /// </summary>
    public static string Settings => ValueText.Set;

    /// <summary>
    /// Writers wait while rows are copied, so time counts more than space: the fastest level makes files larger by three quarters than the
    /// default one, which pg_dump uses, in less than half its time (benchmark "backup").
    /// </summary>
    public static CompressionLevel Compression => CompressionLevel.Fastest;

    /// <summary>No bytes, compressed (RFC 1952): GZipStream writes nothing at all then, which gunzip takes for a file cut off.</summary>
    private static readonly byte[] EmptyGzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>
    /// Copies the rows, writes schema and manifest, flushes everything to the disk, and reads it back against its hashes.
    /// </summary>
    /// <exception cref="MuedException">The folder cannot take it, or does not give it back.</exception>
    public async Task<BackupInfo> WriteAsync(
        DataLoss loss,
        DatabaseOrigin origin,
        IReadOnlyList<BackupUnit> units,
        string history,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var createdAt = DateTimeOffset.UtcNow;
            var schema = await SchemaReader
                .ReadAsync(
                    connection,
                    SchemaScope.OfTables([.. loss.Relations.Select(relation => relation.Name.ToString())]),
                    cancellationToken
                )
                .ConfigureAwait(false);
            var entries = new List<BackupEntry>();
            foreach (var relation in loss.Copied)
            {
                try
                {
                    entries.Add(
                        await CopyAsync(Entry(relation, entries.Count + 1), Source(relation), cancellationToken).ConfigureAwait(false)
                    );
                }
                catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CharacterNotInRepertoire)
                {
                    throw OtherBytes(relation, e);
                }
            }

            var large = loss.LargeObjects is null
                ? null
                : await CopyAsync(LargeObjectEntry(entries.Count + 1), $"({LargeObjects.Pieces(loss)})", cancellationToken)
                    .ConfigureAwait(false);
            var manifest = new BackupManifest
            {
                Format = BackupManifest.FormatName,
                FormatVersion = BackupManifest.CurrentFormatVersion,
                Product = $"Mued.PsDb {typeof(BackupWriter).Assembly.GetName().Version?.ToString(3)}",
                CreatedAt = createdAt,
                Database = origin,
                Undo = units,
                Objects = loss.Schema.Objects,
                Remarks = loss.Schema.Remarks,
                Entries = entries,
                Sequences = loss.Sequences,
                LargeObjects = large,
                History = history,
            };
            var backup = await connection
                .KeepAwakeAsync(ending => CompleteAsync(schema, loss.Schema.Snapshot, manifest, ending), cancellationToken)
                .ConfigureAwait(false);
            return new(backup.Path, [.. backup.Manifest.Entries.Select(entry => entry.ToFile())])
            {
                Objects = manifest.Objects.Count,
                LargeObjects = loss.LargeObjects?.Count ?? 0,
            };
        }
        catch (Exception e) when (FileFailure.IsUnwritable(e))
        {
            throw BackupFolder.Unwritable(folder.Path, ExitCode.MigrationFailed, e);
        }
    }

    /// <summary>Writes what belongs to the rows, and reads all of it back.</summary>
    private async Task<Backup> CompleteAsync(
        SchemaSnapshot schema,
        SchemaSnapshot lost,
        BackupManifest manifest,
        CancellationToken cancellationToken
    )
    {
        if (manifest.Objects.Count > 0)
            await folder.WriteTextAsync(BackupFolder.Objects, lost.ToJson(), cancellationToken).ConfigureAwait(false);
        await folder.WriteTextAsync(BackupFolder.Schema, schema.ToJson(), cancellationToken).ConfigureAwait(false);
        await folder.WriteTextAsync(BackupFolder.Manifest, manifest.ToJson(), cancellationToken).ConfigureAwait(false);
        await folder.CompleteAsync(cancellationToken).ConfigureAwait(false);
        progress?.Report(new(ProgressKind.Step, Texts.Get("BackupVerifying", folder.Path)));
        return await Backup.OpenAsync(folder.Path, unpack: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The COPY of rows. The text format survives a change of the server's major version and of type OIDs; the binary format promises
    /// neither.
    /// </summary>
    /// <param name="what">A table with its columns, or a query in parentheses.</param>
    public static string Export(string what) => $"COPY {what} TO STDOUT (FORMAT text, ENCODING 'UTF8')";

    private static BackupEntry Entry(LostRelation relation, int number) =>
        new()
        {
            File = FileName(
                number,
                $"{Safe(relation.Name.ToString())}{(relation.Vanishes ? "" : relation.WholeRows ? ".rows" : ".columns")}"
            ),
            Schema = relation.Name.Schema,
            Table = relation.Name.Name,
            Key = relation.WholeRows ? [] : relation.Key,
            Stays = relation is { WholeRows: true, Vanishes: false },
            Columns = [.. relation.Copied.Select(column => column.ToBackup())],
        };

    private static BackupEntry LargeObjectEntry(int number) =>
        new()
        {
            File = FileName(number, "large_objects"),
            Schema = "pg_catalog",
            Table = "pg_largeobject",
            Key = [],
            Columns = LargeObjects.Columns,
        };

    // A table without columns of its own has rows all the same: empty lines.
    private static string Source(LostRelation relation)
    {
        var columns = string.Join(", ", relation.Copied.Select(column => ObjectName.Quote(column.Name)));
        return relation.Image == RowImage.Changed ? $"(SELECT {columns} FROM ONLY {relation.Name} WHERE {relation.IsChanged})"
            : columns.Length > 0 ? $"{relation.Name} ({columns})"
            : $"(SELECT FROM ONLY {relation.Name})";
    }

    private async Task<BackupEntry> CopyAsync(BackupEntry entry, string source, CancellationToken cancellationToken)
    {
        progress?.Report(new(ProgressKind.Step, Texts.Get("BackupCopying", entry.Name, entry.File)));
        var file = folder.CreateFile(entry.File);
        await using (file.ConfigureAwait(false))
        {
            var hash = new HashingStream(file);
            await using (hash.ConfigureAwait(false))
            {
                var (rows, bytes) = await CopyAsync(source, entry.Name, hash, cancellationToken).ConfigureAwait(false);
                await connection
                    .KeepAwakeAsync(
                        _ =>
                        {
                            file.Flush(flushToDisk: true);
                            return Task.FromResult(true);
                        },
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                entry = entry with { Rows = rows, ContentBytes = bytes, Bytes = hash.Count, Sha256 = hash.Sha256() };
                folder.Note(entry.File, entry.Sha256);
                progress?.Report(new(ProgressKind.Rows, Texts.Get("BackupCopied", rows, entry.Name), null, rows, rows));
                return entry;
            }
        }
    }

    private async Task<(long Rows, long Bytes)> CopyAsync(
        string what,
        ObjectName name,
        Stream destination,
        CancellationToken cancellationToken
    )
    {
        var source = await connection.BeginTextExportAsync(Export(what), cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            var buffer = new BufferedStream(destination, 1 << 17);
            (long Rows, long Bytes) copied;
            var gzip = new GZipStream(buffer, Compression, leaveOpen: true);
            await using (gzip.ConfigureAwait(false))
                copied = await RowPump
                    .CopyAsync(source.BaseStream, gzip, new RowProgress(progress, "BackupRows", name, null).Advanced, cancellationToken)
                    .ConfigureAwait(false);
            if (copied.Bytes == 0)
                await buffer.WriteAsync(EmptyGzip, cancellationToken).ConfigureAwait(false);
            await buffer.FlushAsync(cancellationToken).ConfigureAwait(false);
            return copied;
        }
    }

    // A database in SQL_ASCII holds any bytes, and no conversion of the server's takes those that are no UTF-8.
    private static MuedException OtherBytes(LostRelation relation, PostgresException e) =>
        Texts.Error(
            "BackupEncoding",
            ExitCode.MigrationFailed,
            new ErrorPlace(SqlState: e.SqlState, TargetName: relation.Name.ToString()),
            e,
            relation.Name,
            e.MessageText
        );

    private static string FileName(int number, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:000}-{name}{BackupFolder.RowsEnding}");

    // Names of tables may hold anything; the number before them keeps the files apart.
    private static string Safe(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '_'));
}
