using System.Globalization;
using Mued.PsDb.Backups;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Restore;

/// <summary>A table to restore into, as the catalog holds it.</summary>
/// <param name="Oid">Its OID.</param>
/// <param name="Name">Its name.</param>
internal sealed record RestoreTarget(uint Oid, ObjectName Name)
{
    /// <summary>Whether its rows are in partitions.</summary>
    public required bool Partitioned { get; init; }

    /// <summary>The partitioned tables that it is a part of.</summary>
    public required IReadOnlyList<ObjectName> Ancestors { get; init; }

    /// <summary>Whether it may have rules, be they disabled: then INSERT takes no ON CONFLICT.</summary>
    public bool Ruled { get; init; }

    /// <summary>The columns by name.</summary>
    public IReadOnlyDictionary<string, Column> Columns { get; init; } = new Dictionary<string, Column>();

    /// <summary>The validated checks and foreign keys.</summary>
    public IReadOnlyList<Rule> Rules { get; init; } = [];

    /// <summary>The unique indexes, the primary key's first.</summary>
    public IReadOnlyList<UniqueIndex> UniqueIndexes { get; init; } = [];

    /// <summary>The user's triggers and rules that are not disabled.</summary>
    public IReadOnlyList<Trigger> Triggers { get; init; } = [];

    /// <summary>The sequences behind columns.</summary>
    public IReadOnlyList<Sequence> Sequences { get; init; } = [];

    /// <summary>The table as SQL reads and updates it without the rows of tables that inherit from it.</summary>
    public string Rows => RowsOf(Name, Partitioned);

    /// <summary>How a column is compared, as SQL: as its unique index does it.</summary>
    public string EqualOf(string column) =>
        UniqueIndexes
            .SelectMany(index => index.Keys.Zip(index.Operators))
            .FirstOrDefault(pair => pair.First == ObjectName.Quote(column), (First: "", Second: UniqueIndex.Builtin))
            .Second;

    /// <summary>Whether rows for a table of this name may go into this one.</summary>
    public bool Holds(ObjectName name) => name == Name || Ancestors.Contains(name);

    private static string RowsOf(ObjectName name, bool partitioned) => partitioned ? name.ToString() : $"ONLY {name}";

    /// <summary>A column.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Type">Its type with modifiers.</param>
    /// <param name="Required">Whether a row without a value for it is refused.</param>
    /// <param name="NotNull">Whether it is NOT NULL.</param>
    /// <param name="Generated">Whether it is computed from other columns.</param>
    /// <param name="AlwaysIdentity">Whether it is GENERATED ALWAYS AS IDENTITY, which UPDATE cannot set.</param>
    /// <param name="Default">Its default, as SQL; null when there is none that can be asked without an effect.</param>
    /// <param name="Missing">The value, as text, that ADD COLUMN gave to the rows that were there; null when it gave none.</param>
    /// <param name="Parts">What the type is made of; empty where it is the server's own.</param>
    internal sealed record Column(
        string Name,
        string Type,
        bool Required,
        bool NotNull,
        bool Generated,
        bool AlwaysIdentity,
        string? Default,
        string? Missing,
        IReadOnlyList<TypePart> Parts
    );

    /// <summary>A check or a foreign key.</summary>
    /// <param name="Table">The table that has it; for a partition's, the partitioned table on which it was declared.</param>
    /// <param name="Name">Its name there.</param>
    /// <param name="Columns">The columns that it is about.</param>
    /// <param name="Check">A check's expression.</param>
    /// <param name="Parent">The table that a foreign key refers to.</param>
    /// <param name="ParentColumns">The columns there.</param>
    /// <param name="ParentPartitioned">Whether that table's rows are in partitions.</param>
    /// <param name="ParentReadable">Whether the role may read that table; a foreign key demands less.</param>
    /// <param name="Deferral">A foreign key's own DEFERRABLE clause.</param>
    /// <param name="Operators">How a foreign key compares each column there with its own, as SQL.</param>
    internal sealed record Rule(
        ObjectName Table,
        string Name,
        IReadOnlyList<string> Columns,
        string? Check,
        ObjectName? Parent,
        IReadOnlyList<string> ParentColumns,
        bool ParentPartitioned,
        bool ParentReadable,
        string Deferral,
        IReadOnlyList<string> Operators
    )
    {
        /// <summary>The parent's rows, as the server looks for them.</summary>
        public string ParentRows => RowsOf(Parent!.Value, ParentPartitioned);

        /// <summary>Puts a foreign key's check off to the end.</summary>
        public string Defer => $"ALTER TABLE {Table} ALTER CONSTRAINT {ObjectName.Quote(Name)} DEFERRABLE INITIALLY DEFERRED";

        /// <summary>Keeps it put off where all others are checked at once.</summary>
        public string Postpone => $"SET CONSTRAINTS {ObjectName.Quote(Table.Schema)}.{ObjectName.Quote(Name)} DEFERRED";

        /// <summary>Makes it as it was.</summary>
        public string Undefer => $"ALTER TABLE {Table} ALTER CONSTRAINT {ObjectName.Quote(Name)} {Deferral}";
    }

    /// <summary>A unique index.</summary>
    /// <param name="Keys">Its key columns and expressions, as SQL.</param>
    /// <param name="Predicate">The condition of a partial index.</param>
    /// <param name="NullsDistinct">Whether nulls count as different.</param>
    /// <param name="Immediate">Whether it is checked at each row, which ON CONFLICT demands.</param>
    /// <param name="Columns">The columns that it looks at.</param>
    /// <param name="Operators">How it compares each key, as SQL: by name another type's operator might be found, text's for citext.</param>
    internal sealed record UniqueIndex(
        IReadOnlyList<string> Keys,
        string? Predicate,
        bool NullsDistinct,
        bool Immediate,
        IReadOnlyList<string> Columns,
        IReadOnlyList<string> Operators
    )
    {
        /// <summary>How values of the server's own types are compared.</summary>
        public const string Builtin = "OPERATOR(pg_catalog.=)";
    }

    /// <summary>A trigger or a rule.</summary>
    /// <param name="Table">The table.</param>
    /// <param name="Kind">TRIGGER or RULE.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="When">When it fires, as the catalog has it: O, A (ALWAYS) or R (REPLICA).</param>
    internal sealed record Trigger(ObjectName Table, string Kind, string Name, char When)
    {
        /// <summary>Silences it.</summary>
        public string Disable => $"ALTER TABLE {Table} DISABLE {Kind} {ObjectName.Quote(Name)}";

        /// <summary>Makes it as it was.</summary>
        public string Enable =>
            $"ALTER TABLE {Table} ENABLE {When switch { 'A' => "ALWAYS ", 'R' => "REPLICA ", _ => "" }}{Kind} {ObjectName.Quote(Name)}";
    }

    /// <summary>A sequence that a column takes its values from.</summary>
    /// <param name="Name">The sequence.</param>
    /// <param name="Column">The column.</param>
    /// <param name="Increment">Its step.</param>
    /// <param name="Minimum">Its lowest value.</param>
    /// <param name="Maximum">Its highest value.</param>
    internal sealed record Sequence(ObjectName Name, string Column, long Increment, long Minimum, long Maximum)
    {
        /// <summary>Moves it on, never back, so that its next value is behind the highest of the column that it could have given.</summary>
        public string Advance(ObjectName table)
        {
            var (extreme, beyond) = Increment > 0 ? ("max", ">") : ("min", "<");
            return string.Create(
                CultureInfo.InvariantCulture,
                $"""
                SELECT setval({SqlString.Literal(Name.ToString())}::regclass, c.value::bigint)
                FROM (SELECT {extreme}({ObjectName.Quote(Column)}) AS value FROM {table} WHERE {ObjectName.Quote(
                    Column
                )} BETWEEN {Minimum} AND {Maximum}) AS c, {Name} AS s
                WHERE c.value {beyond} CASE WHEN s.is_called THEN s.last_value ELSE s.last_value - ({Increment}) END
                """
            );
        }
    }
}
