using System.Text;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>The columns of a relation.</summary>
internal sealed class ColumnComparison(RelationSnapshot relation, bool there)
    : PartComparison<ColumnSnapshot>(relation.QualifiedName, there)
{
    private const string NotNull = ColumnSnapshot.PlainNotNull;

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
            ("nullability", NotNullOf(item)),
            ("comment of NOT NULL", item.NotNullComment),
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
            : Make(item);

    /// <summary>Without the settings, which <see cref="Alter"/> makes; on a table without rows where it needs a value.</summary>
    public override string? Make(ColumnSnapshot item) =>
        !CanCreate ? null
        : relation.Kind == RelationKind.CompositeType ? $"ALTER TYPE {Owner} ADD ATTRIBUTE {Definition(item)} CASCADE"
        : HasOwnColumns ? $"ALTER TABLE {Owner} ADD COLUMN {Definition(item)}"
        : null;

    /// <summary>
    /// Alters default, nullability and settings; null when something else differs, which may need the data to be rewritten.
    /// </summary>
    public override string? Alter(ColumnSnapshot expected, ColumnSnapshot actual)
    {
        if (
            relation.Kind is not (RelationKind.Table or RelationKind.PartitionedTable or RelationKind.View)
            || SettingList.Changes(expected.Settings, actual.Settings, part => Set(expected, part), part => Reset(expected, part))
                is not { } changes
            || Definition(Bare(expected)) != Definition(Bare(actual))
            || (expected.NotNullConstraint != actual.NotNullConstraint && !CanReplaceNotNull(actual))
        )
            return null;
        var name = ObjectName.Quote(expected.Name);
        var all = new List<string>();
        if (expected.Default != actual.Default)
            all.Add($"ALTER COLUMN {name} " + (expected.Default is null ? "DROP DEFAULT" : "SET DEFAULT " + expected.Default));
        all.AddRange(Nullability(expected, actual));

        if (CommentOnNotNull(expected, actual) is not { } comments)
            return null;

        // Settings are each table's own; defaults and NOT NULL go down to those that inherit.
        List<string> statements =
        [
            .. all.Count > 0 ? [$"ALTER TABLE {Owner} {string.Join(", ", all)}"] : Array.Empty<string>(),
            .. changes.Count > 0 ? [$"ALTER TABLE ONLY {Owner} {string.Join(", ", changes)}"] : Array.Empty<string>(),
            .. comments,
        ];
        return statements.Count > 0 ? string.Join("; ", statements) : null;
    }

    /// <summary>NOT NULL with what PostgreSQL 18 knows of it; null where nulls are taken.</summary>
    private static string? NotNullOf(ColumnSnapshot item) => item.NotNullConstraint ?? (item.NotNull ? NotNull : null);

    /// <summary>A NOT NULL constraint under the name that the server chooses; null where it then is a plain one.</summary>
    public static string? WithoutName(string? constraint) =>
        constraint?[constraint.LastIndexOf(NotNull, StringComparison.Ordinal)..] is { } unnamed && unnamed != NotNull ? unnamed : null;

    private static ColumnSnapshot Bare(ColumnSnapshot item) => item with { Default = null, NotNull = false, NotNullConstraint = null };

    /// <summary>What a parent, a key or an identity demands stays.</summary>
    private bool CanReplaceNotNull(ColumnSnapshot actual) =>
        actual is { Inherited: false, Identity: IdentityKind.None }
        && relation.PartitionBound is null
        && !relation.Constraints.Any(item => item.Kind == ConstraintKind.PrimaryKey && item.Columns.Contains(actual.Name));

    private static IEnumerable<string> Nullability(ColumnSnapshot expected, ColumnSnapshot actual)
    {
        var (from, to) = (NotNullOf(actual), NotNullOf(expected));
        if (from == to)
            yield break;
        var name = ObjectName.Quote(expected.Name);
        if (from is not null)
            yield return $"ALTER COLUMN {name} DROP NOT NULL";
        if (to == NotNull)
            yield return $"ALTER COLUMN {name} SET NOT NULL";
        else if (to is not null)
            yield return "ADD " + to.Insert(to.LastIndexOf(NotNull, StringComparison.Ordinal) + NotNull.Length, " " + name);
    }

    /// <summary>The statement for the comment, which goes with a constraint that is replaced; null where nobody knows its name.</summary>
    private IReadOnlyList<string>? CommentOnNotNull(ColumnSnapshot expected, ColumnSnapshot actual)
    {
        const string named = "CONSTRAINT ";
        var left = NotNullOf(expected) == NotNullOf(actual) ? actual.NotNullComment : null;
        if (expected.NotNullComment == left)
            return [];
        if (expected.NotNullConstraint?.StartsWith(named, StringComparison.Ordinal) != true)
            return null;
        var name = expected.NotNullConstraint[
            named.Length..(expected.NotNullConstraint.LastIndexOf(NotNull, StringComparison.Ordinal) - 1)
        ];
        var text = expected.NotNullComment is { } comment ? SqlString.Literal(comment) : "NULL";
        return [$"COMMENT ON CONSTRAINT {name} ON {Owner} IS {text}"];
    }

    public override IEnumerable<string?> Changes(ColumnSnapshot expected, ColumnSnapshot actual) =>
        [Alter(expected, actual), Rewrite(expected, actual)];

    public override string? Drop(ColumnSnapshot item) =>
        HasOwnColumns ? $"ALTER TABLE {Owner} DROP COLUMN {ObjectName.Quote(item.Name)}" : null;

    // A table of a type has the columns of that.
    private bool HasOwnColumns =>
        relation.Kind is RelationKind.Table or RelationKind.PartitionedTable or RelationKind.ForeignTable
        && !SettingList.Has(relation.Settings, "OF");

    /// <summary>Another type, collation or identity; null for what is computed, which only a new column can become.</summary>
    private string? Rewrite(ColumnSnapshot expected, ColumnSnapshot actual)
    {
        if (
            !HasOwnColumns
            || relation.Kind == RelationKind.ForeignTable
            || expected.GeneratedVirtual != actual.GeneratedVirtual
            || (expected.GeneratedStored is not null && expected.GeneratedStored != actual.GeneratedStored)
        )
            return null;
        var name = ObjectName.Quote(expected.Name);
        var column = $"ALTER COLUMN {name}";
        var changes = new List<string>();
        if (actual.Default is not null)
            changes.Add($"{column} DROP DEFAULT");
        if (expected.GeneratedStored is null && actual.GeneratedStored is not null)
            changes.Add($"{column} DROP EXPRESSION");
        if (expected.Identity == IdentityKind.None && actual.Identity != IdentityKind.None)
            changes.Add($"{column} DROP IDENTITY");
        if (expected.Type != actual.Type || expected.Collation != actual.Collation)
        {
            var collation = expected.Collation is { } other ? $" COLLATE {other}" : "";
            changes.Add($"{column} TYPE {expected.Type}{collation} USING {name}::{expected.Type}");
        }

        changes.AddRange(Nullability(expected, actual));
        if (expected.Default is { } value)
            changes.Add($"{column} SET DEFAULT {value}");
        if (expected.Identity != IdentityKind.None && expected.Identity != actual.Identity)
            changes.Add(
                $"{column} {(actual.Identity == IdentityKind.None ? "ADD" : "SET")} GENERATED {Identity(expected.Identity)}"
                    + (actual.Identity == IdentityKind.None ? " AS IDENTITY" : "")
            );
        return changes.Count == 0 ? null : $"ALTER TABLE {Owner} {string.Join(", ", changes)}";
    }

    private static string? Set(ColumnSnapshot item, string part) =>
        part.StartsWith("OPTIONS ", StringComparison.Ordinal) ? null
        : char.IsUpper(part[0]) ? Setter(item.Name) + part
        : $"{Setter(item.Name)}({part})";

    /// <summary>What stands in ALTER TABLE before the setting of a column.</summary>
    public static string Setter(string column) => $"ALTER COLUMN {ObjectName.Quote(column)} SET ";

    /// <summary>The default storage is that of the type, for which versions before 16 have no word.</summary>
    private static string? Reset(ColumnSnapshot item, string part)
    {
        var column = $"ALTER COLUMN {ObjectName.Quote(item.Name)}";
        return part.Split(' ', '=')[0] switch
        {
            "OPTIONS" => null,
            "STORAGE" => $"{column} SET STORAGE {(item.Type.Split('(')[0] is "numeric" or "inet" or "cidr" ? "MAIN" : "EXTENDED")}",
            "COMPRESSION" => $"{column} SET COMPRESSION DEFAULT",
            "STATISTICS" => $"{column} SET STATISTICS -1",
            var option => $"{column} RESET ({option})",
        };
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
            sql.Append(' ').Append(NotNullOf(column));
        return sql.ToString();
    }

    private static string Identity(IdentityKind kind) => kind == IdentityKind.Always ? "ALWAYS" : "BY DEFAULT";
}
