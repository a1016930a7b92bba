using Mued.PsDb.Backups;
using Mued.PsDb.Foundation;
using Mued.PsDb.Migrations;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>
/// Finds out what rollback scripts take away: runs them behind a savepoint, compares the catalog before and after, rolls back to the
/// savepoint, and then describes what went. Everything happens inside the caller's transaction.
/// </summary>
/// <param name="context">The run.</param>
/// <param name="session">Its session.</param>
/// <param name="units">The scripts.</param>
/// <param name="marker">The name of the first column of our own results.</param>
/// <param name="earlier">Where sequences stood before an earlier try.</param>
internal sealed class UndoRehearsal(
    RunContext context,
    RunSession session,
    IReadOnlyList<PlannedUnit> units,
    string marker,
    IReadOnlyDictionary<uint, SequenceStanding> earlier
)
{
    private readonly NpgsqlConnection connection = session.Connection;
    private readonly ExposedSequences exposed = new(session.Connection);
    private readonly List<CatalogInventory> rehearsed = [];
    private IReadOnlyList<SequenceState> unknown = [];

    /// <summary>Where sequences stood before the scripts first ran.</summary>
    public IReadOnlyDictionary<uint, SequenceStanding> Stood => rehearsed.Count > 0 ? rehearsed[0].Standings : earlier;

    /// <summary>Rehearses. Returns what the scripts do to the catalog.</summary>
    /// <param name="batch">A batch that may hold the caller's first statements; it is sent.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    public async Task<CatalogDifference> RunAsync(SqlBatch batch, CancellationToken cancellationToken)
    {
        batch.Add(CatalogInventory.Query(marker, SequenceStandings.ReadAll(units.Any(unit => unit.Script.Sql.Text.HasWord("setval")))));
        batch.Add("SAVEPOINT mued_rehearsal");
        var scripts = Scripts(batch);
        batch.Add(CatalogInventory.Query(marker, SequenceStandings.ReadUsed));
        batch.Add("ROLLBACK TO SAVEPOINT mued_rehearsal");
        await scripts
            .ExecuteAsync(
                async reader =>
                {
                    var inventory = await CatalogInventory.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
                    if (rehearsed.Count == 0)
                        inventory.Recall(earlier);
                    rehearsed.Add(inventory);
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        var (before, after) = (rehearsed[0], rehearsed[1]);
        await exposed.PutForwardAsync(before.Exposed(after), cancellationToken).ConfigureAwait(false);
        unknown = await SequenceReader.FindAsync(connection, before.Unknown(after), cancellationToken).ConfigureAwait(false);
        return before.Compare(after);
    }

    /// <summary>
    /// After a failure: goes back to before the scripts, and puts forward what they have set back nevertheless, as far as the connection serves.
    /// </summary>
    /// <exception cref="MuedException">A sequence cannot be put forward.</exception>
    public async Task AbandonAsync()
    {
        if (rehearsed.Count == 0 || Stood.Count == 0 || !session.IsOpen)
            return;
        try
        {
            var after = await connection
                .QueryAsync(
                    ["ROLLBACK TO SAVEPOINT mued_rehearsal", .. CatalogInventory.Query(marker, SequenceStandings.ReadUsed)],
                    reader => CatalogInventory.ReadAsync(reader, CancellationToken.None),
                    CancellationToken.None
                )
                .ConfigureAwait(false);
            await exposed.PutForwardAsync(rehearsed[0].Exposed(after), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or IOException)
        {
            // What failed before tells more.
        }
    }

    /// <summary>
    /// Adds the scripts, as they run in the rehearsal and in earnest, with the time after each unit. From the second time on it is known which
    /// sequences they set back.
    /// </summary>
    private ScriptBatch Scripts(SqlBatch batch)
    {
        batch.Add(SequenceShield.Before([.. units.Select(unit => unit.Script)]));
        if (exposed.Any)
            batch.Add(SequenceLock.On(exposed.Oids));
        return new(batch, units.Select(unit => unit.Script), After, marker);
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
        var found = new List<List<string>>();
        await scripts
            .ExecuteAsync(
                async reader =>
                {
                    found.Add([]);
                    while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                        found[^1].Add(reader.GetString(0));
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        await exposed.PutForwardAsync(cancellationToken).ConfigureAwait(false);
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
        using var batch = connection.Batch(CatalogInventory.Query(marker, SequenceStandings.ReadUsed));
        var scripts = Scripts(batch);
        batch.Add(CatalogInventory.Query(marker, SequenceStandings.ReadUsed));
        var inventories = new List<CatalogInventory>();
        await scripts
            .ExecuteAsync(
                async reader => inventories.Add(await CatalogInventory.ReadAsync(reader, cancellationToken).ConfigureAwait(false)),
                cancellationToken
            )
            .ConfigureAwait(false);
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
            Exposed = exposed.Names,
            Unknown = [.. unknown.Select(sequence => sequence.Name.ToString())],
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
