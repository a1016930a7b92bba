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
/// <param name="sequences">Watches sequences.</param>
internal sealed class UndoRehearsal(
    RunContext context,
    RunSession session,
    IReadOnlyList<PlannedUnit> units,
    string marker,
    SequenceWatch sequences
)
{
    private readonly NpgsqlConnection connection = session.Connection;

    /// <summary>Rehearses. Returns what the scripts do to the catalog.</summary>
    /// <param name="batch">A batch that may hold the caller's first statements; it is sent.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    public async Task<CatalogDifference> RunAsync(SqlBatch batch, CancellationToken cancellationToken)
    {
        batch.Add("SAVEPOINT mued_rehearsal");
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        var before = await InventoryAsync(cancellationToken).ConfigureAwait(false);
        await BeginAsync(all: true, cancellationToken).ConfigureAwait(false);
        using var run = connection.Batch();
        var scripts = Scripts(run);
        run.Add(SequenceStandings.Query(marker, all: false));
        run.Add(CatalogInventory.Query(marker));
        run.Add("ROLLBACK TO SAVEPOINT mued_rehearsal");
        run.Add(SequenceStandings.Query(marker, all: false));
        var (after, used, back) = (before, new List<SequenceUse>(), new List<SequenceUse>());
        await scripts
            .ExecuteAsync(
                [
                    async reader => used = await SequenceStandings.ReadAsync(reader, cancellationToken).ConfigureAwait(false),
                    async reader => after = await CatalogInventory.ReadAsync(reader, cancellationToken).ConfigureAwait(false),
                    async reader => back = await SequenceStandings.ReadAsync(reader, cancellationToken).ConfigureAwait(false),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
        await sequences.LookAsync(connection, back, cancellationToken).ConfigureAwait(false);
        return before.Compare(after, sequences.Reset(used));
    }

    /// <summary>
    /// After a failure: goes back to before the scripts, and puts forward what they have set back nevertheless, as far as the session serves.
    /// </summary>
    public async Task AbandonAsync()
    {
        if (!sequences.Unseen || !session.IsOpen)
            return;
        try
        {
            var back = await connection
                .QueryAsync(
                    ["ROLLBACK TO SAVEPOINT mued_rehearsal", .. SequenceStandings.Query(marker, all: false)],
                    reader => SequenceStandings.ReadAsync(reader, CancellationToken.None),
                    CancellationToken.None
                )
                .ConfigureAwait(false);
            await sequences.LookAsync(connection, back, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or IOException or MuedException)
        {
            // What failed before tells more, and another session looks.
        }
    }

    /// <summary>
    /// Shields sequences, from the second time on also those of which it is then known that the scripts set them back, and notes where all stand.
    /// That arrives before the scripts run: a session may end in them.
    /// </summary>
    private async Task BeginAsync(bool all, CancellationToken cancellationToken)
    {
        using var batch = connection.Batch(SequenceShield.Before([.. units.Select(unit => unit.Script)]));
        if (sequences.Exposed.Count > 0)
            batch.Add(SequenceLock.On(sequences.Exposed));
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        if (all)
            sequences.MaySet =
                units.Any(unit => unit.Script.Sql.Text.HasWord("setval"))
                || await connection.ScalarAsync([SequenceStandings.Setters], cancellationToken).ConfigureAwait(false) is true;
        sequences.Begin(
            await connection
                .QueryAsync(
                    SequenceStandings.Query(marker, all, sequences.MaySet),
                    reader => SequenceStandings.ReadAsync(reader, cancellationToken),
                    cancellationToken
                )
                .ConfigureAwait(false)
        );
    }

    private Task<CatalogInventory> InventoryAsync(CancellationToken cancellationToken) =>
        connection.QueryAsync(
            [CatalogInventory.Query(marker)],
            reader => CatalogInventory.ReadAsync(reader, cancellationToken),
            cancellationToken
        );

    /// <summary>Adds the scripts, as they run in the rehearsal and in earnest, with the time after each unit.</summary>
    private ScriptBatch Scripts(SqlBatch batch) => new(batch, units.Select(unit => unit.Script), After, marker);

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
        await connection.ExecuteAsync(["SAVEPOINT mued_images"], cancellationToken).ConfigureAwait(false);
        await BeginAsync(all: false, cancellationToken).ConfigureAwait(false);
        using var batch = connection.Batch();
        var scripts = Scripts(batch);

        // Nothing tells the server how few pieces are found, and to compile a query for more would take longer than to run it.
        batch.Add("SELECT set_config('jit', 'off', true)");
        foreach (var list in lists)
            batch.Add($"SELECT c.id::text AS {marker} FROM ({list.Changed}) AS c");
        batch.Add("ROLLBACK TO SAVEPOINT mued_images");
        batch.Add(SequenceStandings.Query(marker, all: false));
        var (found, back) = (new List<List<string>>(), new List<SequenceUse>());
        await scripts
            .ExecuteAsync(
                [
                    .. lists.Select(_ =>
                        (Func<NpgsqlDataReader, Task>)(
                            async reader =>
                            {
                                found.Add([]);
                                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                                    found[^1].Add(reader.GetString(0));
                            }
                        )
                    ),
                    async reader => back = await SequenceStandings.ReadAsync(reader, cancellationToken).ConfigureAwait(false),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
        await sequences.LookAsync(connection, back, cancellationToken).ConfigureAwait(false);
        await connection
            .ExecuteAsync(
                lists
                    .Zip(
                        found,
                        (list, ids) => (BatchStep)new NpgsqlBatchCommand(list.Mark) { Parameters = { new() { Value = ids.ToArray() } } }
                    )
                    .Concat(changed.Where(image => image.Key.Count == 0).Select(image => (BatchStep)image.MarkTwins)),
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
        var before = await InventoryAsync(cancellationToken).ConfigureAwait(false);
        await BeginAsync(all: false, cancellationToken).ConfigureAwait(false);
        using var batch = connection.Batch();
        var scripts = Scripts(batch);
        batch.Add(SequenceStandings.Query(marker, all: false));
        batch.Add(CatalogInventory.Query(marker));
        var (after, used) = (before, new List<SequenceUse>());
        await scripts
            .ExecuteAsync(
                [
                    async reader => used = await SequenceStandings.ReadAsync(reader, cancellationToken).ConfigureAwait(false),
                    async reader => after = await CatalogInventory.ReadAsync(reader, cancellationToken).ConfigureAwait(false),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
        return (before.Compare(after, sequences.Reset(used)), scripts.Durations);
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
            Schema = await new LostSchemaReader(connection).ReadAsync(difference, loss.Roots, cancellationToken).ConfigureAwait(false),
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
