using System.Text;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>The columns of a relation.</summary>
internal sealed class ColumnComparison(RelationSnapshot relation, bool there)
    : PartComparison<ColumnSnapshot>(relation.QualifiedName, there)
{
    public override string KindOf(ColumnSnapshot item) => "column";

    public override string KeyOf(ColumnSnapshot item) => item.Name;

    public override ObjectFacts FactsOf(ColumnSnapshot item) =>
        new(
            ("type", item.Type),
            ("collation", item.Collation is { } collation ? "COLLATE " + collation : null),
            ("default", item.Default is { } value ? "DEFAULT " + value : null),
            (
                "generated",
                item.GeneratedStored is { } stored ? $"GENERATED ALWAYS AS ({stored}) STORED"
                : item.GeneratedVirtual is { } computed ? $"GENERATED ALWAYS AS ({computed}) VIRTUAL"
                : null
            ),
            ("identity", item.Identity == IdentityKind.None ? null : $"GENERATED {Identity(item.Identity)} AS IDENTITY"),
            ("nullability", item.NotNull ? "NOT NULL" : null),
            ("settings", item.Settings)
        );

    public override IReadOnlyList<string> Expressions => ["default", "generated"];

    public override string? QueryOf(ColumnSnapshot item) =>
        (item.Default ?? item.GeneratedStored ?? item.GeneratedVirtual) is { } expression
            ? $"SELECT {expression} AS x, {SqlString.Literal(ValueKind(item))} AS kind FROM ONLY {Owner}"
            : null;

    // A default and a generated column may hold the same expression, and mean another thing.
    private static string ValueKind(ColumnSnapshot item) =>
        item.Default is not null ? "default"
        : item.GeneratedStored is not null ? "stored"
        : "virtual";

    /// <summary>Adds the column to a table that may hold rows; null when that needs a value nobody has said.</summary>
    public override string? Create(ColumnSnapshot item) =>
        relation.Kind != RelationKind.Table
        || item.Settings is not null
        || (item.NotNull && item is { Default: null, GeneratedStored: null, GeneratedVirtual: null, Identity: IdentityKind.None })
            ? null
            : $"ALTER TABLE {Owner} ADD COLUMN {Definition(item)}";

    /// <summary>Alters default and nullability; null when something else differs, which may need the data to be rewritten.</summary>
    public override string? Alter(ColumnSnapshot expected, ColumnSnapshot actual)
    {
        if (
            relation.Kind is not (RelationKind.Table or RelationKind.PartitionedTable)
            || expected.Settings != actual.Settings
            || Definition(expected with { Default = null, NotNull = false }) != Definition(actual with { Default = null, NotNull = false })
        )
            return null;
        var name = ObjectName.Quote(expected.Name);
        var changes = new List<string>();
        if (expected.Default != actual.Default)
        {
            changes.Add($"ALTER COLUMN {name} " + (expected.Default is null ? "DROP DEFAULT" : "SET DEFAULT " + expected.Default));
        }

        if (expected.NotNull != actual.NotNull)
            changes.Add($"ALTER COLUMN {name} {(expected.NotNull ? "SET" : "DROP")} NOT NULL");
        return $"ALTER TABLE {Owner} {string.Join(", ", changes)}";
    }

    public override string? CommentOf(ColumnSnapshot item) => item.Comment;

    public override string CommentTargetOf(ColumnSnapshot item) => "COLUMN " + NameOf(item);

    /// <summary>A column as CREATE TABLE and ADD COLUMN take it.</summary>
    public static string Definition(ColumnSnapshot column)
    {
        var sql = new StringBuilder(ObjectName.Quote(column.Name)).Append(' ').Append(column.Type);
        if (column.Collation is { } collation)
            sql.Append(" COLLATE ").Append(collation);
        if (column.Default is { } value)
            sql.Append(" DEFAULT ").Append(value);
        if (column.GeneratedStored is { } stored)
            sql.Append(" GENERATED ALWAYS AS (").Append(stored).Append(") STORED");
        if (column.GeneratedVirtual is { } computed)
            sql.Append(" GENERATED ALWAYS AS (").Append(computed).Append(") VIRTUAL");
        if (column.Identity != IdentityKind.None)
            sql.Append(" GENERATED ").Append(Identity(column.Identity)).Append(" AS IDENTITY");
        if (column.NotNull)
            sql.Append(" NOT NULL");
        return sql.ToString();
    }

    private static string Identity(IdentityKind kind) => kind == IdentityKind.Always ? "ALWAYS" : "BY DEFAULT";
}
