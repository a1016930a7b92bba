using Mued.PsDb.Runs;
using Mued.PsDb.Schema;

namespace Mued.PsDb.Backups;

/// <summary>What an undo takes from a database, found by rehearsing it.</summary>
/// <param name="Relations">The tables that vanish or lose columns, by name.</param>
/// <param name="Images">The tables that stay and whose rows the scripts change, by name.</param>
/// <param name="Sequences">The sequences that vanish or are set back, by name.</param>
/// <param name="Dependents">Objects that go along although they depend on what vanishes rather than belong to it.</param>
/// <param name="Changes">Rows of tables that stay and that the scripts themselves update or delete.</param>
/// <param name="Rewrites">What else the scripts do to rows of tables that stay.</param>
/// <param name="Anything">Whether anything at all vanished from the catalog.</param>
internal sealed record DataLoss(
    IReadOnlyList<LostRelation> Relations,
    IReadOnlyList<LostRelation> Images,
    IReadOnlyList<SequenceState> Sequences,
    IReadOnlyList<DependentObject> Dependents,
    IReadOnlyList<DataLoss.Change> Changes,
    IReadOnlyList<DataLoss.Rewrite> Rewrites,
    bool Anything
)
{
    /// <summary>No loss.</summary>
    public static DataLoss None { get; } = new([], [], [], [], [], [], false);

    /// <summary>All that is copied, in the order of the files.</summary>
    public IEnumerable<LostRelation> Copied => Relations.Concat(Images).Where(relation => relation.IsCopied);

    /// <summary>What was dropped for its own sake.</summary>
    public IReadOnlySet<CatalogObject> Roots { get; init; } = new HashSet<CatalogObject>();

    /// <summary>What the migrations that are taken back made themselves, as far as the history tells.</summary>
    public IReadOnlySet<CatalogObject> Made { get; init; } = new HashSet<CatalogObject>();

    /// <summary>Whether others are known to have made, altered, commented or granted anything of it, or nothing is known of that.</summary>
    public bool Touched { get; init; }

    /// <summary>Whether the server counted what was written; if not, nothing is known of rows that change in tables that stay.</summary>
    public bool RowsCounted { get; init; } = true;

    /// <summary>Sequences that stay and that scripts may set back, and where each stands then.</summary>
    public IReadOnlyDictionary<uint, SequenceStanding> Reset { get; init; } = new Dictionary<uint, SequenceStanding>();

    /// <summary>What the scripts do to large objects.</summary>
    public LargeObjectLoss Large { get; init; } = LargeObjectLoss.None;

    /// <summary>Those and the ones that rows refer to, as far as they can be copied; null when there are none.</summary>
    public LostLargeObjects? LargeObjects { get; init; }

    /// <summary>What vanishes from the schema, and how it was.</summary>
    public LostSchema Schema { get; init; } = LostSchema.None;

    /// <summary>The tables that lose columns and have no key by which these could be put back.</summary>
    public IEnumerable<LostRelation> WithoutKey =>
        Relations.Where(relation => relation is { IsCopied: true, Vanishes: false, Key.Count: 0 });

    /// <summary>The report's view of the tables, with rows counted elsewhere, if at all.</summary>
    public IReadOnlyList<LostTable> Tables(IReadOnlyDictionary<uint, long> rows) =>
        [
            .. Relations
                .Where(relation => relation.Vanishes)
                .Select(relation => new LostTable(relation.Name.ToString(), Counted(rows, relation))),
        ];

    /// <summary>The report's view of the columns, with rows counted elsewhere, if at all.</summary>
    public IReadOnlyList<LostColumn> Columns(IReadOnlyDictionary<uint, long> rows) =>
        [
            .. Relations
                .Where(relation => !relation.Vanishes)
                .SelectMany(relation =>
                    relation.Lost.Select(column => new LostColumn(
                        relation.Name.ToString(),
                        column.Name,
                        column.Type,
                        Counted(rows, relation)
                    ))
                ),
        ];

    private static long? Counted(IReadOnlyDictionary<uint, long> rows, LostRelation relation) =>
        rows.TryGetValue(relation.Oid, out var count) ? count : null;

    /// <summary>Rows that a script changes in a table that stays.</summary>
    /// <param name="Oid">The table's OID.</param>
    /// <param name="Table">The table, schema-qualified.</param>
    /// <param name="Updated">How many rows it updates.</param>
    /// <param name="Deleted">How many rows it deletes.</param>
    internal sealed record Change(uint Oid, string Table, long Updated, long Deleted);

    /// <summary>What a script does, other than row by row, to the rows of a table that stays and holds some.</summary>
    /// <param name="Oid">The table's OID.</param>
    /// <param name="Number">The column's number; 0 for the table itself.</param>
    /// <param name="Table">The table, schema-qualified.</param>
    /// <param name="Column">The column that gets another type or loses an attribute; null when the table is emptied or rewritten.</param>
    /// <param name="Attribute">The attribute that vanishes from the column's values, with its type; null when the column gets another
    /// type.</param>
    internal sealed record Rewrite(uint Oid, short Number, string Table, string? Column, string? Attribute);
}
