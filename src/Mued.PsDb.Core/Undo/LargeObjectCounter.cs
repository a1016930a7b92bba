using Mued.PsDb.Backups;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>Counts the large objects that an undo takes.</summary>
internal static class LargeObjectCounter
{
    /// <summary>
    /// Counts those that can be copied, and those that this role may not read; asks nothing where none can go. Rows that the scripts change in a
    /// table with such references, and large objects that they write to, are found by running them once more.
    /// </summary>
    /// <param name="connection">The database, in the transaction of the rehearsal, as it was before the scripts.</param>
    /// <param name="rehearsal">The rehearsal.</param>
    /// <param name="loss">What goes.</param>
    /// <param name="tenant">The schema of a tenant, whose own they must be; null where the target is a database.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <exception cref="MuedException">One is not the tenant's (<see cref="ExitCode.MigrationFailed"/>).</exception>
    public static async Task<(LostLargeObjects? Found, long Unreadable, IReadOnlyList<uint> Oids)> CountAsync(
        NpgsqlConnection connection,
        UndoRehearsal rehearsal,
        DataLoss loss,
        string? tenant,
        CancellationToken cancellationToken
    )
    {
        if (!LargeObjects.MayGo(loss))
            return (null, 0, []);
        await connection.ExecuteAsync(["SAVEPOINT mued_large"], cancellationToken).ConfigureAwait(false);
        var changed = loss.Images.Where(image => image is { Image: RowImage.Changed, References.Count: > 0 }).ToList();
        await rehearsal.MarkChangedAsync(changed, loss.Large, cancellationToken).ConfigureAwait(false);
        if (tenant is not null && loss.Large.Any)
            await TenantBounds.EnsureLargeObjectsAsync(connection, loss.Large.Named, tenant, cancellationToken).ConfigureAwait(false);
        var counts = await connection
            .QueryAsync(
                [BackupWriter.Settings, LargeObjects.Count(loss), "ROLLBACK TO SAVEPOINT mued_large"],
                async reader =>
                {
                    await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                    return await reader
                        .RowsAsync(
                            row =>
                                (
                                    Count: row.GetInt64(0),
                                    Bytes: row.GetInt64(1),
                                    Unreadable: row.GetInt64(2),
                                    Oids: row.GetFieldValue<uint[]>(3)
                                ),
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        var (count, bytes, unreadable, oids) = counts[0];
        return (count == 0 ? null : new(count, bytes), unreadable, oids);
    }
}
