using System.Diagnostics;
using Mued.PsDb.Backups;
using Mued.PsDb.Connections;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Restore;

/// <summary>
/// How long the load of a backup will take: a part of its largest file is loaded into a temporary table with the columns and indexes of the
/// real one, and the rest is reckoned by the sizes of the files. Foreign keys, and rows that are there already, come on top.
/// </summary>
internal static class LoadTime
{
    private const string Sample = "pg_temp.mued_sample";

    /// <summary>The time; null where nothing could be measured. It leaves the transaction to be rolled back.</summary>
    /// <param name="connection">The database, in a transaction.</param>
    /// <param name="backup">What would be loaded.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    public static async Task<TimeSpan?> ExpectAsync(NpgsqlConnection connection, Backup backup, CancellationToken cancellationToken)
    {
        var bytes = backup.Manifest.Files.Sum(entry => entry.ContentBytes);
        if (backup.Manifest.Entries.MaxBy(entry => entry.ContentBytes) is not { Rows: > 0 } largest)
            return bytes == 0 ? TimeSpan.Zero : null;
        try
        {
            await MakeTableAsync(connection, largest, cancellationToken).ConfigureAwait(false);
            var whole = await SampledTime
                .WholeAsync(largest.Rows, sample => LoadAsync(connection, backup, largest, sample, cancellationToken))
                .ConfigureAwait(false);
            return whole * ((double)bytes / largest.ContentBytes);
        }
        catch (PostgresException e) when (!ConnectionFailure.IsTransient(e))
        {
            // The table is not there or does not take the rows, which the restore itself says, or nobody may make temporary tables.
            return null;
        }
    }

    // No default comes along, which might call a sequence that no rollback sets back: what is not in the backup stays empty.
    private static Task<int> MakeTableAsync(NpgsqlConnection connection, BackupEntry entry, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            [
                BatchStep.Unguarded(
                    $"CREATE TEMPORARY TABLE {Sample} (LIKE {entry.Name} INCLUDING INDEXES INCLUDING STORAGE) ON COMMIT DROP"
                ),
                SqlLoop.Over(
                    $"""
                    SELECT format('ALTER TABLE {Sample} ALTER %I DROP NOT NULL', attname) AS sql FROM pg_attribute
                    WHERE attrelid = '{Sample}'::regclass AND attnum > 0 AND attnotnull AND attname NOT IN (
                        SELECT jsonb_array_elements_text({SqlString.Literal(
                        JsonText.Of(entry.Columns.Select(column => column.Name))
                    )}::jsonb)
                    )
                    """,
                    "EXECUTE item.sql;"
                ),
            ],
            cancellationToken
        );

    private static async Task<TimeSpan> LoadAsync(
        NpgsqlConnection connection,
        Backup backup,
        BackupEntry entry,
        long most,
        CancellationToken cancellationToken
    )
    {
        await connection.ExecuteAsync([$"TRUNCATE {Sample}"], cancellationToken).ConfigureAwait(false);
        var clock = Stopwatch.StartNew();
        var rows = backup.OpenRows(entry);
        await using (rows.ConfigureAwait(false))
        {
            var copy = await connection
                .BeginTextImportAsync(RowCopy.Import($"{Sample} {entry.Into}"), cancellationToken)
                .ConfigureAwait(false);
            await using (copy.ConfigureAwait(false))
                await RowPump.CopyAsync(rows, copy.BaseStream, null, cancellationToken, most).ConfigureAwait(false);
        }

        return clock.Elapsed;
    }
}
