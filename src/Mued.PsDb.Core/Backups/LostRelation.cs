using Mued.PsDb.Sql;

namespace Mued.PsDb.Backups;

/// <summary>A table that holds rows and that an undo destroys, whole or in part.</summary>
/// <param name="Oid">Its OID.</param>
/// <param name="Name">Its name.</param>
/// <param name="Vanishes">Whether the whole table vanishes.</param>
/// <param name="Columns">All columns that hold values of their own; generated ones do not.</param>
/// <param name="Lost">The columns that vanish while the table stays.</param>
/// <param name="Key">The columns that say which row is which, and stay; empty when there are none.</param>
internal sealed record LostRelation(
    uint Oid,
    ObjectName Name,
    bool Vanishes,
    IReadOnlyList<LostRelation.Column> Columns,
    IReadOnlyList<LostRelation.Column> Lost,
    IReadOnlyList<string> Key
)
{
    /// <summary>Which of its rows are copied because the scripts change them, when it stays.</summary>
    public RowImage Image { get; init; }

    /// <summary>The table with the ids of its rows as they were before the scripts, which the undo makes and drops again.</summary>
    public string Before { get; init; } = "";

    /// <summary>Whether whole rows are copied.</summary>
    public bool WholeRows => Vanishes || (Image != RowImage.None && Lost.Count == 0);

    /// <summary>Whether there is anything to copy: a column that is computed from others comes back by itself.</summary>
    public bool IsCopied => WholeRows || Lost.Any(Columns.Contains);

    /// <summary>What a backup copies: whole rows, or the key and the vanishing columns.</summary>
    public IReadOnlyList<Column> Copied =>
        WholeRows ? Columns : [.. Columns.Where(column => Key.Contains(column.Name)), .. Lost.Where(Columns.Contains)];

    /// <summary>The condition for a row that the scripts change, of <see cref="RowImage.Changed"/>.</summary>
    public string IsChanged => $"ctid IN (SELECT id FROM {Before} WHERE changed)";

    /// <summary>
    /// Marks the rows that are equal to a changed one as well, for a table without a key: a restore knows only by their number whether some are
    /// missing.
    /// </summary>
    public string MarkTwins =>
        $"""
            UPDATE {Before} AS b SET changed = true FROM ONLY {Name} AS t
            WHERE t.ctid = b.id AND NOT b.changed AND {Text("t")} IN (SELECT {Text("c")} FROM ONLY {Name} AS c WHERE c.{IsChanged})
            """;

    private string Text(string row) =>
        $"ROW({string.Join(", ", Columns.Select(column => $"{row}.{ObjectName.Quote(column.Name)}"))})::text";

    /// <summary>The columns of what goes that may refer to large objects.</summary>
    public IReadOnlyList<Column> References => [.. (WholeRows ? Columns : Lost.Where(Columns.Contains)).Where(column => column.Refers)];

    /// <summary>A column.</summary>
    /// <param name="Number">Its number in the table.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Type">Its type with modifiers.</param>
    /// <param name="Parts">What the type is made of; empty where it is the server's own.</param>
    internal sealed record Column(short Number, string Name, string Type, IReadOnlyList<TypePart> Parts)
    {
        /// <summary>Whether it holds the numbers of objects.</summary>
        public bool Refers => (Parts is [.., { Path: var path } below] && path.All(step => step == ':') ? below.Type : Type) == "oid";

        /// <summary>The manifest's view.</summary>
        public BackupColumn ToBackup() => new(Name, Type, Parts.Count == 0 ? null : Parts);
    }
}
