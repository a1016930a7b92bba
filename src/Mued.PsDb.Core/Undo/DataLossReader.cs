using Mued.PsDb.Backups;
using Mued.PsDb.Runs;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>
/// Describes what a rehearsal did, from the catalog as it is before, in one round trip; in two when it rewrote tables, to see whether
/// they hold rows.
/// </summary>
/// <param name="connection">The database.</param>
/// <param name="difference">What the scripts do to the catalog.</param>
/// <param name="transactions">The transactions in which the migrations ran that are taken back, as far as the history tells.</param>
internal sealed class DataLossReader(NpgsqlConnection connection, CatalogDifference difference, IReadOnlyList<ulong> transactions)
{
    private readonly IReadOnlyList<CatalogObject> vanished = difference.Vanished;

    /// <summary>
    /// Reads the tables that hold rows, and the dependents by their names. What is not there any more was another session's, which
    /// dropped it meanwhile.
    /// </summary>
    public async Task<DataLoss> ReadAsync(bool lockTables, CancellationToken cancellationToken)
    {
        var (loss, rewrites) = await connection
            .QueryAsync(Query(lockTables), reader => ReadAsync(reader, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        return loss with { Rewrites = await RewrittenTables.WithRowsAsync(connection, rewrites, cancellationToken).ConfigureAwait(false) };
    }

    private IEnumerable<BatchStep> Query(bool lockTables)
    {
        var oids = vanished.Where(item => item.Class == CatalogObject.Relation).Select(item => item.Oid).Distinct().ToArray();
        uint[] sequences = [.. oids, .. difference.Reset.Keys];
        return
        [
            .. lockTables && sequences.Length > 0 ? (BatchStep[])[TableLock.On(oids), SequenceLock.On(sequences)] : [],
            "SAVEPOINT mued_describe",
            // Compiling the queries takes longer than running them, yet in a large catalog the server thinks it worth while.
            "SELECT set_config('jit', 'off', true)",
            SequenceReader.Query(sequences),
            .. TableFacts.Query(oids),
            CatalogDependency.Query(vanished),
            CatalogNames.Query(vanished),
            .. MadeObjects.Query(vanished, transactions),
            ChangedRows.Query(vanished),
            RewrittenTables.Query(difference),
            "ROLLBACK TO SAVEPOINT mued_describe",
        ];
    }

    private async Task<(DataLoss Loss, IReadOnlyList<(DataLoss.Rewrite, bool)> Rewrites)> ReadAsync(
        NpgsqlDataReader reader,
        CancellationToken cancellationToken
    )
    {
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        var sequences = await SequenceReader.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
        var tables = await TableFacts.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
        var edges = await CatalogDependency.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
        var names = await CatalogNames.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
        var made = await MadeObjects.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
        var changes = await ChangedRows.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
        var rewrites = await RewrittenTables.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
        var loss = new DataLoss(
            [.. tables.Select(Relation)],
            [],
            sequences,
            Dependents(edges, names, made.Made),
            changes,
            [],
            names.Count + difference.Large.Unlinked.Count > 0
        )
        {
            Large = difference.Large,
            RowsCounted = difference.Counted,
            Reset = difference.Reset,
            Roots = DependencyGraph.Roots(vanished, edges),
            Made = made.Made,
            Touched = made.Touched,
        };
        return (loss, rewrites);
    }

    private List<DependentObject> Dependents(
        List<CatalogDependency> edges,
        IReadOnlyDictionary<CatalogObject, (string Kind, string Name)> names,
        IReadOnlySet<CatalogObject> made
    ) =>
        [
            .. DependencyGraph
                .Dependents(vanished, edges)
                .Where(pair => !made.Contains(pair.Object) && names.ContainsKey(pair.Object) && names.ContainsKey(pair.On.Whole))
                .Select(pair => new DependentObject(
                    names[pair.Object].Kind,
                    names[pair.Object].Name,
                    (names.TryGetValue(pair.On, out var on) ? on : names[pair.On.Whole]).Name
                ))
                .OrderBy(dependent => dependent.Kind, StringComparer.Ordinal)
                .ThenBy(dependent => dependent.Name, StringComparer.Ordinal),
        ];

    private LostRelation Relation(TableFacts table)
    {
        var lost = vanished
            .Where(item => item.Class == CatalogObject.Relation && item.Oid == table.Oid && item.Column != 0)
            .Select(item => item.Column)
            .ToHashSet();

        // A key by which the rows are found again must itself stay.
        return new(
            table.Oid,
            table.Name,
            lost.Count == 0,
            table.Stored,
            [.. table.Columns.Select(column => column.Column).Where(column => lost.Contains(column.Number))],
            table.KeyWithout(lost)
        );
    }
}
