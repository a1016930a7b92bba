using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>Tables, views and whatever else has columns, without their parts.</summary>
internal sealed class RelationComparison(RelationSnapshot? expectation = null) : ObjectComparison<RelationSnapshot>
{
    public override string? Table => expectation?.QualifiedName.ToString();

    public override string SchemaOf(RelationSnapshot item) => item.Schema;

    public override string KindOf(RelationSnapshot item) =>
        item.Kind switch
        {
            RelationKind.View => "view",
            RelationKind.MaterializedView => "materialized view",
            RelationKind.CompositeType => "composite type",
            _ => "table",
        };

    public override string NameOf(RelationSnapshot item) => item.QualifiedName.ToString();

    public override ObjectFacts FactsOf(RelationSnapshot item) =>
        new(
            (
                "kind",
                (item.Persistence == RelationPersistence.Permanent ? "" : item.Persistence.ToString().ToLowerInvariant() + " ")
                    + Words.Of(item.Kind)
            ),
            ("partition key", item.PartitionKey is { } key ? "PARTITION BY " + key : null),
            (
                "parents",
                item.Parents.Count > 0
                    ? (item.PartitionBound is null ? "INHERITS " : "PARTITION OF ") + string.Join(", ", item.Parents)
                    : null
            ),
            ("partition bound", item.PartitionBound),
            ("server", item.Server is { } server ? "SERVER " + server : null),
            ("options", item.Options.Count > 0 ? "WITH (" + string.Join(", ", item.Options.Order(StringComparer.Ordinal)) + ")" : null),
            ("settings", item.Settings),
            ("query", item.Definition is { } query ? "AS " + CatalogText.Query(query) : null)
        );

    public override IReadOnlyList<string> Expressions => ["query"];

    public override string? QueryOf(RelationSnapshot item) => item.Definition;

    /// <summary>
    /// The relation with its columns, without constraints, indexes and the like; null where it takes more than one statement.
    /// </summary>
    public override string? Create(RelationSnapshot item) => item.Settings is null ? Make(item) : null;

    /// <summary>Without the settings, which <see cref="Alter"/> makes.</summary>
    public override string? Make(RelationSnapshot item)
    {
        var name = item.QualifiedName;
        var columns = string.Join(", ", item.Columns.Where(column => !column.Inherited).Select(ColumnComparison.Definition));
        var options = item.Options.Count == 0 ? "" : $" WITH ({string.Join(", ", item.Options)})";
        return item.Kind switch
        {
            RelationKind.View => $"CREATE VIEW {name}{options} AS {item.Definition}",
            RelationKind.MaterializedView => $"CREATE MATERIALIZED VIEW {name}{options} AS {item.Definition}",
            RelationKind.CompositeType => $"CREATE TYPE {name} AS ({columns})",
            RelationKind.ForeignTable when item.Options.Any(option => option.EndsWith("=***", StringComparison.Ordinal)) => null,
            RelationKind.ForeignTable =>
                $"CREATE FOREIGN TABLE {name} ({columns}) SERVER {ObjectName.Quote(item.Server!)}{ForeignOptions(item)}",
            _ when item.PartitionBound is { } bound =>
                $"CREATE TABLE {name} PARTITION OF {item.Parents[0]} {bound}{Partitioned(item)}{options}",
            _ => $"CREATE {(item.Persistence == RelationPersistence.Unlogged ? "UNLOGGED " : "")}TABLE {name} ({columns})"
                + (item.Parents.Count > 0 ? $" INHERITS ({string.Join(", ", item.Parents)})" : "")
                + Partitioned(item)
                + options,
        };
    }

    /// <summary>
    /// Persistence, options, parents, partitions and settings; null where the kind, the query or the partition key is another.
    /// </summary>
    public override string? Alter(RelationSnapshot expected, RelationSnapshot actual)
    {
        if (
            (expected.Kind, expected.PartitionKey, expected.Definition, expected.Server)
                != (actual.Kind, actual.PartitionKey, actual.Definition, actual.Server)
            || expected.Kind is RelationKind.ForeignTable or RelationKind.CompositeType
        )
            return null;
        var settings = SettingList.Changes(expected.Settings, actual.Settings, part => Set(expected, part), part => Reset(expected, part));
        if (settings is null || Parents(expected, actual) is not { } parents)
            return null;
        return
            string.Join("; ", [.. Persistence(expected, actual), .. Options(expected, actual), .. parents, .. settings])
                is { Length: > 0 } sql
            ? sql
            : null;
    }

    public override IEnumerable<string?> Changes(RelationSnapshot expected, RelationSnapshot actual) =>
        expected.Kind == RelationKind.View && actual.Kind == RelationKind.View
            ? [Alter(expected, actual), $"CREATE OR REPLACE{Make(expected)!["CREATE".Length..]}", Replace(expected, actual)]
        : HoldsRows(expected) || HoldsRows(actual) ? [Alter(expected, actual)]
        : [Alter(expected, actual), Replace(expected, actual)];

    public override string Drop(RelationSnapshot item) => $"DROP {Keyword(item)} {item.QualifiedName}";

    public override string? CommentOf(RelationSnapshot item) => item.Comment;

    public override string CommentTargetOf(RelationSnapshot item) => $"{Keyword(item)} {NameOf(item)}";

    /// <summary>What ALTER, COMMENT and DROP call it.</summary>
    public static string Keyword(RelationSnapshot item) =>
        item.Kind switch
        {
            RelationKind.View => "VIEW",
            RelationKind.MaterializedView => "MATERIALIZED VIEW",
            RelationKind.CompositeType => "TYPE",
            RelationKind.ForeignTable => "FOREIGN TABLE",
            _ => "TABLE",
        };

    private static bool HoldsRows(RelationSnapshot item) =>
        item.Kind is RelationKind.Table or RelationKind.PartitionedTable or RelationKind.ForeignTable;

    private static string AlterOf(RelationSnapshot item) => $"ALTER {Keyword(item)} {item.QualifiedName}";

    private static string? Set(RelationSnapshot item, string part) =>
        part.Split(' ')[0] switch
        {
            "REPLICA" or "CLUSTER" or "OF" => $"{AlterOf(item)} {part}",
            "TABLESPACE" => $"{AlterOf(item)} SET {part}",
            "USING" => $"{AlterOf(item)} SET ACCESS METHOD {SettingList.After(part, "USING")}",
            "TOAST" => $"{AlterOf(item)} SET (toast.{SettingList.Inside(part).Replace(", ", ", toast.", StringComparison.Ordinal)})",
            "WITH" => $"REFRESH MATERIALIZED VIEW {item.QualifiedName} WITH NO DATA",
            "TRIGGERS" => $"{AlterOf(item)} {SettingList.Inside(part)}",
            _ => null,
        };

    private static string? Reset(RelationSnapshot item, string part) =>
        part.Split(' ')[0] switch
        {
            "REPLICA" => $"{AlterOf(item)} REPLICA IDENTITY DEFAULT",
            "CLUSTER" => $"{AlterOf(item)} SET WITHOUT CLUSTER",
            "OF" => $"{AlterOf(item)} NOT OF",
            "TABLESPACE" => $"{AlterOf(item)} SET TABLESPACE pg_default",
            "USING" => $"{AlterOf(item)} SET ACCESS METHOD {(item.Kind == RelationKind.PartitionedTable ? "DEFAULT" : "heap")}",
            "TOAST" => $"{AlterOf(item)} RESET (toast.{SettingList.Names(part).Replace(", ", ", toast.", StringComparison.Ordinal)})",
            "WITH" => $"REFRESH MATERIALIZED VIEW {item.QualifiedName}",
            _ => null,
        };

    private static IEnumerable<string> Persistence(RelationSnapshot expected, RelationSnapshot actual) =>
        expected.Persistence == actual.Persistence
            ? []
            : [$"{AlterOf(expected)} SET {(expected.Persistence == RelationPersistence.Unlogged ? "UNLOGGED" : "LOGGED")}"];

    private static IEnumerable<string> Options(RelationSnapshot expected, RelationSnapshot actual)
    {
        var names = expected.Options.Select(NameOfOption);
        var gone = actual.Options.Select(NameOfOption).Except(names).ToList();
        var changed = expected.Options.Except(actual.Options).ToList();
        if (gone.Count > 0)
            yield return $"{AlterOf(expected)} RESET ({string.Join(", ", gone)})";
        if (changed.Count > 0)
            yield return $"{AlterOf(expected)} SET ({string.Join(", ", changed)})";

        static string NameOfOption(string option) => option.Split('=')[0];
    }

    /// <summary>Null where the order of the parents cannot be had.</summary>
    private static IReadOnlyList<string>? Parents(RelationSnapshot expected, RelationSnapshot actual)
    {
        if (expected.Parents.SequenceEqual(actual.Parents) && expected.PartitionBound == actual.PartitionBound)
            return [];
        List<string> away =
        [
            .. actual.Parents.Select(parent =>
                actual.PartitionBound is null
                    ? $"ALTER TABLE {expected.QualifiedName} NO INHERIT {parent}"
                    : $"ALTER TABLE {parent} DETACH PARTITION {expected.QualifiedName}"
            ),
        ];
        return
        [
            .. away,
            .. expected.Parents.Select(parent =>
                expected.PartitionBound is { } bound
                    ? $"ALTER TABLE {parent} ATTACH PARTITION {expected.QualifiedName} {bound}"
                    : $"ALTER TABLE {expected.QualifiedName} INHERIT {parent}"
            ),
        ];
    }

    private static string ForeignOptions(RelationSnapshot item) =>
        item.Options.Count == 0
            ? ""
            : $" OPTIONS ({string.Join(", ", item.Options.Select(option => option.Split('=', 2)).Select(pair => $"{ObjectName.Quote(pair[0])} {SqlString.Literal(pair[1])}"))})";

    private static string Partitioned(RelationSnapshot item) => item.PartitionKey is { } key ? " PARTITION BY " + key : "";
}
