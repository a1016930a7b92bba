using Mued.PsDb.Backups;
using Mued.PsDb.Migrations;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>
/// Finds out what rollback scripts take away: runs them behind a savepoint, compares the catalog before and after, rolls back to the
/// savepoint, and then describes what went. Everything happens inside the caller's transaction.
/// </summary>
internal sealed class UndoRehearsal(RunContext context, RunSession session, IReadOnlyList<PlannedUnit> units, string marker)
{
    private readonly NpgsqlConnection connection = session.Connection;

    /// <summary>Adds the scripts, as they run in the rehearsal and in earnest, with the time after each unit.</summary>
    public ScriptBatch Scripts(SqlBatch batch)
    {
        batch.Add(SequenceShield.Before([.. units.Select(unit => unit.Script)]));
        return new(batch, units.Select(unit => unit.Script), After, marker);
    }

    /// <summary>Rehearses. Returns what the scripts do to the catalog.</summary>
    /// <param name="batch">A batch that may hold the caller's first statements; it is sent.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    public async Task<CatalogDifference> RunAsync(SqlBatch batch, CancellationToken cancellationToken)
    {
        batch.Add(CatalogInventory.Query(marker));
        batch.Add("SAVEPOINT mued_rehearsal");
        var scripts = Scripts(batch);
        batch.Add(CatalogInventory.Query(marker));
        batch.Add("ROLLBACK TO SAVEPOINT mued_rehearsal");
        var inventories = await scripts.ExecuteAsync(CatalogInventory.ReadAsync, cancellationToken).ConfigureAwait(false);
        return inventories[0].Compare(inventories[1]);
    }

    /// <summary>
    /// Finds which rows the scripts update or delete in tables that stay, by running them once more now that nobody else can write: a row that
    /// is still where it was is unchanged (PostgreSQL manual, System Columns, ctid); and, where they have written to large objects, which of these
    /// hold something else. They are marked in lists, which are no temporary tables, for these go with every script. There may be gigabytes of
    /// large objects: under the locks of the scripts no more of them is read than must be.
    /// </summary>
    public async Task MarkChangedAsync(IReadOnlyList<LostRelation> images, LargeObjectLoss large, CancellationToken cancellationToken)
    {
        if (images.Count == 0 && large.Writes == 0)
            return;
        var changed = images.Where(image => image.Image == RowImage.Changed).ToList();
        var seen =
            large.Writes > 0 && await connection.ScalarAsync([LargeObjectLoss.PiecesSeen], cancellationToken).ConfigureAwait(false) is true;
        List<(string Changed, string Mark)> lists =
        [
            .. changed.Select(image =>
                (
                    $"SELECT b.id FROM {image.Before} AS b WHERE {Gone(image)}",
                    $"UPDATE {image.Before} AS b SET changed = true FROM unnest($1) AS f WHERE b.id = f::tid"
                )
            ),
            .. large.Writes > 0 ? [(large.Changed(seen), large.Mark(seen))] : Array.Empty<(string, string)>(),
        ];
        await connection
            .ExecuteAsync(
                [
                    .. images.Select(image =>
                        (BatchStep)
                            $"CREATE UNLOGGED TABLE {image.Before} AS SELECT ctid AS id, false AS changed FROM ONLY {image.Name}{(changed.Contains(image) ? "" : " WITH NO DATA")}"
                    ),
                    .. large.Writes > 0
                        ? [(BatchStep)$"CREATE UNLOGGED TABLE {large.Before} AS {large.Others(seen)}"]
                        : Array.Empty<BatchStep>(),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
        if (lists.Count == 0)
            return;
        using var batch = connection.Batch("SAVEPOINT mued_images");
        var scripts = Scripts(batch);

        // Nothing tells the server how few pieces are found, and to compile a query for more would take longer than to run it.
        batch.Add("SELECT set_config('jit', 'off', true)");
        foreach (var list in lists)
            batch.Add($"SELECT c.id::text AS {marker} FROM ({list.Changed}) AS c");
        batch.Add("ROLLBACK TO SAVEPOINT mued_images");
        var found = await scripts
            .ExecuteAsync(
                async (reader, token) =>
                {
                    var ids = new List<string>();
                    while (await reader.ReadAsync(token).ConfigureAwait(false))
                        ids.Add(reader.GetString(0));
                    return ids;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        await connection
            .ExecuteAsync(
                lists.Zip(
                    found,
                    (list, ids) => (BatchStep)new NpgsqlBatchCommand(list.Mark) { Parameters = { new() { Value = ids.ToArray() } } }
                ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>How many rows the scripts have changed, now that they have run for good, that were not copied: a race, unless none.</summary>
    public async Task<long> UncopiedAsync(IReadOnlyList<LostRelation> images, CancellationToken cancellationToken)
    {
        var counts = images
            .Where(image => image.Image == RowImage.Changed)
            .Select(image => $"(SELECT count(*) FROM {image.Before} AS b WHERE NOT b.changed AND {Gone(image)})")
            .ToList();
        return counts.Count == 0
            ? 0
            : (long)(await connection.ScalarAsync([$"SELECT {string.Join(" + ", counts)}"], cancellationToken).ConfigureAwait(false))!;
    }

    private static string Gone(LostRelation image) => $"NOT EXISTS (SELECT FROM ONLY {image.Name} AS t WHERE t.ctid = b.id)";

    /// <summary>
    /// Runs the scripts for good. Returns what they did to the catalog this time, and how long each script took.
    /// </summary>
    public async Task<(CatalogDifference Difference, IReadOnlyList<TimeSpan> Durations)> ExecuteAsync(CancellationToken cancellationToken)
    {
        using var batch = connection.Batch(CatalogInventory.Query(marker));
        var scripts = Scripts(batch);
        batch.Add(CatalogInventory.Query(marker));
        var inventories = await scripts.ExecuteAsync(CatalogInventory.ReadAsync, cancellationToken).ConfigureAwait(false);
        return (inventories[0].Compare(inventories[1]), scripts.Durations);
    }

    /// <summary>
    /// Describes what goes, from the catalog as it is before. With <paramref name="lockTables"/> the tables that hold rows are first
    /// locked against writers, to the end of the transaction: from then on they hold what a backup will copy.
    /// </summary>
    public async Task<DataLoss> DescribeAsync(CatalogDifference difference, bool lockTables, CancellationToken cancellationToken)
    {
        var transactions = units.SelectMany(unit => unit.Rows).SelectMany(row => row.TransactionIds).ToList();
        var loss = await new DataLossReader(connection, difference, transactions)
            .ReadAsync(lockTables, cancellationToken)
            .ConfigureAwait(false);
        return loss with
        {
            Schema = await new LostSchemaReader(connection)
                .ReadAsync(difference.Vanished, loss.Roots, cancellationToken)
                .ConfigureAwait(false),
        };
    }

    // What waits for the COMMIT is checked while the settings are still those of its script.
    private IEnumerable<BatchStep> After(SqlScript script) =>
        [
            .. DeferredConstraints.CheckAndDefer,
            .. session.Defaults.Restore(script),
            .. context.Transaction.Sql(connection),
            ChangedRows.Count(connection),
        ];
}
