using Mued.PsDb.Backups;

namespace Mued.PsDb.Restore;

/// <summary>Sends a file of a backup to the server.</summary>
internal static class RowCopy
{
    /// <summary>The statement that takes rows as a backup holds them.</summary>
    /// <param name="table">The table and, where not all of them come, its columns.</param>
    public static string Import(string table) => $"COPY {table} FROM STDIN (FORMAT text, ENCODING 'UTF8')";

    /// <summary>Copies all of it into a table.</summary>
    /// <param name="session">The restore.</param>
    /// <param name="entry">The file.</param>
    /// <param name="table">The table and, where not all of them come, its columns.</param>
    /// <param name="cancellationToken">Ends it; the connection is closed then.</param>
    /// <exception cref="MuedException">The file does not hold what the manifest says (exit code 1).</exception>
    public static async Task IntoAsync(RestoreSession session, BackupEntry entry, string table, CancellationToken cancellationToken)
    {
        (long Rows, long) copied;
        var rows = session.Backup.OpenRows(entry);
        await using (rows.ConfigureAwait(false))
        {
            var copy = await session.Connection.BeginTextImportAsync(Import(table), cancellationToken).ConfigureAwait(false);
            try
            {
                copied = await RowPump
                    .CopyAsync(
                        rows,
                        copy.BaseStream,
                        new RowProgress(session.Progress, "RestoreRows", entry.Name, entry.Rows).Advanced,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
            catch (InvalidDataException e)
            {
                await copy.CancelAsync().ConfigureAwait(false);
                throw session.Backup.Damaged(entry, e);
            }
            catch (Exception)
            {
                // The connection is of no more use: to end the COPY in the regular way would load what was sent so far.
                await session.Connection.CloseAsync().ConfigureAwait(false);
                throw;
            }

            await copy.DisposeAsync().ConfigureAwait(false);
        }

        if (copied.Rows != entry.Rows)
            throw session.Backup.Damaged(entry);
    }
}
