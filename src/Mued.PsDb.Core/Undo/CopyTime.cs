using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Mued.PsDb.Backups;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>
/// How long the copy of an undo will take: a part of the largest table is copied to memory and read back, and the rest is reckoned by the
/// sizes of the tables.
/// </summary>
internal static class CopyTime
{
    /// <summary>The time; null where nothing could be measured. It leaves the transaction to be rolled back.</summary>
    /// <param name="connection">The database, in a transaction.</param>
    /// <param name="loss">What would be copied.</param>
    /// <param name="rows">How many rows the tables have, by OID, as far as they were counted.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    public static async Task<TimeSpan?> ExpectAsync(
        NpgsqlConnection connection,
        DataLoss loss,
        IReadOnlyDictionary<uint, long> rows,
        CancellationToken cancellationToken
    )
    {
        var copied = loss.Copied.ToList();
        if (copied.Count == 0 && loss.LargeObjects is null)
            return TimeSpan.Zero;
        try
        {
            var sizes = await SizesAsync(connection, copied, cancellationToken).ConfigureAwait(false);
            var (largest, bytes) = copied
                .Zip(sizes)
                .Where(pair => rows.GetValueOrDefault(pair.First.Oid) > 0)
                .OrderByDescending(pair => pair.Second)
                .FirstOrDefault();
            if (bytes == 0)
                return null;
            var whole = await SampledTime
                .WholeAsync(rows[largest.Oid], sample => CopyAsync(connection, largest, sample, cancellationToken))
                .ConfigureAwait(false);
            return whole * ((double)(sizes.Sum() + (loss.LargeObjects?.Bytes ?? 0)) / bytes);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.LockNotAvailable)
        {
            return null;
        }
    }

    private static Task<List<long>> SizesAsync(
        NpgsqlConnection connection,
        IReadOnlyList<LostRelation> relations,
        CancellationToken cancellationToken
    ) =>
        connection.QueryAsync(
            [
                new NpgsqlBatchCommand("SELECT pg_table_size(t.oid) FROM unnest($1::oid[]) WITH ORDINALITY AS t (oid, n) ORDER BY t.n")
                {
                    Parameters = { new() { Value = relations.Select(relation => (long)relation.Oid).ToArray() } },
                },
                BackupWriter.Settings,
            ],
            reader => reader.RowsAsync(row => row.GetInt64(0), cancellationToken),
            cancellationToken
        );

    // As the backup does it, but for the disk.
    private static async Task<TimeSpan> CopyAsync(
        NpgsqlConnection connection,
        LostRelation relation,
        long rows,
        CancellationToken cancellationToken
    )
    {
        var columns = string.Join(", ", relation.Copied.Select(column => ObjectName.Quote(column.Name)));
        var sample = string.Create(CultureInfo.InvariantCulture, $"(SELECT {columns} FROM ONLY {relation.Name} LIMIT {rows})");
        var clock = Stopwatch.StartNew();
        using var packed = new MemoryStream();
        var source = await connection.BeginTextExportAsync(BackupWriter.Export(sample), cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            var gzip = new GZipStream(packed, BackupWriter.Compression, leaveOpen: true);
            await using (gzip.ConfigureAwait(false))
                await RowPump.CopyAsync(source.BaseStream, gzip, null, cancellationToken).ConfigureAwait(false);
        }

        packed.Position = 0;
        var unpacked = new GZipStream(packed, CompressionMode.Decompress);
        await using (unpacked.ConfigureAwait(false))
            await RowPump.CopyAsync(unpacked, Stream.Null, null, cancellationToken).ConfigureAwait(false);
        return clock.Elapsed;
    }
}
