using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>The constraints of a table.</summary>
internal sealed class ConstraintComparison(ObjectName table, bool there) : PartComparison<ConstraintSnapshot>(table, there)
{
    public override string KindOf(ConstraintSnapshot item) => KindOf(item.Kind);

    public override string KeyOf(ConstraintSnapshot item) => item.Name;

    public override ObjectFacts FactsOf(ConstraintSnapshot item) =>
        new(
            ("kind", item.Kind == ConstraintKind.Exclusion ? "EXCLUDE constraint:" : null),
            ("definition", item.Definition),
            ("validation", item.NotValid ? "NOT VALID" : null),
            ("index", item.BrokenIndex ? "(its index is not valid)" : null),
            ("settings", item.Settings),
            ("comment of its index", item.IndexComment)
        );

    public override IReadOnlyList<string> Expressions => ["definition"];

    public override string? QueryOf(ConstraintSnapshot item) => CheckText.QueryOf(item, $"ONLY {Owner}");

    public override string? Create(ConstraintSnapshot item) => item is { Settings: null, IndexComment: null } ? Make(item) : null;

    /// <summary>Without the settings and the comment of its index, which <see cref="Alter"/> makes.</summary>
    public override string? Make(ConstraintSnapshot item) =>
        item.Inherited
            ? null
            : $"ALTER TABLE {Owner} ADD CONSTRAINT {ObjectName.Quote(item.Name)} {item.Definition}{(item.NotValid ? " NOT VALID" : "")}";

    /// <summary>Mends a constraint; null for a primary key with other columns, which others may refer to.</summary>
    public override string? Alter(ConstraintSnapshot expected, ConstraintSnapshot actual)
    {
        if ((expected.Settings, expected.IndexComment) != (actual.Settings, actual.IndexComment))
            return Same(expected, actual) ? Settings(expected, actual) : null;
        var name = ObjectName.Quote(expected.Name);
        if (expected.Kind == actual.Kind && expected.Definition == actual.Definition)
        {
            if (actual.BrokenIndex)
                return $"REINDEX INDEX CONCURRENTLY {new ObjectName(Owner.Schema, expected.Name)}";
            if (actual.NotValid)
                return $"ALTER TABLE {Owner} VALIDATE CONSTRAINT {name}";
        }

        return
            expected is not { Settings: null, IndexComment: null }
            || expected.Kind == ConstraintKind.PrimaryKey
            || actual.Kind == ConstraintKind.PrimaryKey
            ? null
            : $"{Drop(Owner, expected.Name)}, ADD CONSTRAINT {name} {expected.Definition}{(expected.NotValid ? " NOT VALID" : "")}";
    }

    public override string Drop(ConstraintSnapshot item) => Drop(Owner, item.Name);

    private static bool Same(ConstraintSnapshot expected, ConstraintSnapshot actual) =>
        (expected.Kind, expected.Definition, expected.NotValid, expected.BrokenIndex)
        == (actual.Kind, actual.Definition, actual.NotValid, actual.BrokenIndex);

    private string? Settings(ConstraintSnapshot expected, ConstraintSnapshot actual)
    {
        var index = new ObjectName(Owner.Schema, expected.Name);
        var alter = $"ALTER INDEX {index}";
        var changes = SettingList.Changes(
            expected.Settings,
            actual.Settings,
            part =>
                part.Split(' ')[0] switch
                {
                    "WITH" => $"{alter} SET ({SettingList.Inside(part)})",
                    "USING" => $"{alter} SET {SettingList.After(part, "USING INDEX")}",
                    "ALTER" => $"{alter} {part}",
                    "TRIGGERS" => Fire(expected.Name, part, asThere: true),
                    _ => null,
                },
            part =>
                part.Split(' ')[0] switch
                {
                    "WITH" => $"{alter} RESET ({SettingList.Names(part)})",
                    "USING" => $"{alter} SET TABLESPACE pg_default",
                    "ALTER" => $"{alter} {part[..(part.LastIndexOf(' ') + 1)]}-1",
                    "TRIGGERS" => Fire(expected.Name, part, asThere: false),
                    _ => null,
                }
        );
        if (expected.IndexComment != actual.IndexComment)
        {
            var comment = expected.IndexComment is { } text ? SqlString.Literal(text) : "NULL";
            changes = changes?.Append($"COMMENT ON INDEX {index} IS {comment}").ToList();
        }

        return changes is null ? null : string.Join("; ", changes);
    }

    /// <summary>The server names its triggers by numbers, so they are told by what they call.</summary>
    private string Fire(string name, string part, bool asThere)
    {
        var states = SettingList
            .Inside(part)
            .Split(", ")
            .Select(item => item.Split(' ', 4))
            .Select(item =>
                (
                    Function: item[0],
                    Partition: item.Length > 2 ? $"{SqlString.Literal(item[3])}::regclass" : "NULL::regclass",
                    Verb: !asThere ? "ENABLE"
                    : item[1] == "DISABLED" ? "DISABLE"
                    : $"ENABLE {item[1]}"
                )
            )
            .Select(item => $"({SqlString.Literal(item.Function)}, {item.Partition}, {SqlString.Literal(item.Verb)})");
        return SqlLoop.Over(
            $"""
            WITH RECURSIVE own AS (
                SELECT k.oid, k.conrelid, NULL::oid AS parent FROM pg_constraint AS k
                WHERE k.conrelid = {SqlString.Literal(Owner.ToString())}::regclass AND k.conname = {SqlString.Literal(name)}
                UNION ALL
                SELECT k.oid, k.conrelid, k.conparentid FROM own JOIN pg_constraint AS k ON k.conparentid = own.oid AND k.conrelid = own.conrelid)
            SELECT format('ALTER TABLE ONLY %s %s TRIGGER %I', g.tgrelid::regclass, s.verb, g.tgname) AS sql
            FROM own JOIN pg_trigger AS g ON g.tgconstraint = own.oid JOIN pg_proc AS f ON f.oid = g.tgfoid
            JOIN (VALUES {string.Join(", ", states)}) AS s (function, partition, verb)
              ON s.function = f.proname AND s.partition IS NOT DISTINCT FROM CASE WHEN own.parent IS NOT NULL THEN g.tgrelid::regclass END
            """,
            "EXECUTE item.sql;"
        );
    }

    public override string? CommentOf(ConstraintSnapshot item) => item.Comment;

    public override string CommentKindOf(ConstraintSnapshot item) => "constraint comment";

    public override string CommentTargetOf(ConstraintSnapshot item) => $"CONSTRAINT {ObjectName.Quote(item.Name)} ON {Owner}";

    /// <summary>The kind as checks show it.</summary>
    public static string KindOf(ConstraintKind kind) =>
        kind switch
        {
            ConstraintKind.PrimaryKey => "primary key",
            ConstraintKind.Unique => "unique constraint",
            ConstraintKind.ForeignKey => "foreign key",
            ConstraintKind.Exclusion => "exclusion constraint",
            _ => "check constraint",
        };

    /// <summary>The statement that removes a constraint.</summary>
    public static string Drop(ObjectName table, string name) => $"ALTER TABLE {table} DROP CONSTRAINT {ObjectName.Quote(name)}";
}
