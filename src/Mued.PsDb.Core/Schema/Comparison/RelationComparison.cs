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
                    + Words(item.Kind.ToString())
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
            ("options", item.Options.Count > 0 ? "WITH (" + string.Join(", ", item.Options) + ")" : null),
            ("query", item.Definition is { } query ? "AS " + query : null)
        );

    /// <summary>
    /// The relation with its columns, without constraints, indexes and the like; null where it takes more than one statement.
    /// </summary>
    public override string? Create(RelationSnapshot item)
    {
        var name = item.QualifiedName;
        var columns = string.Join(", ", item.Columns.Select(ColumnComparison.Definition));
        var options = item.Options.Count == 0 ? "" : $" WITH ({string.Join(", ", item.Options)})";
        return item.Kind switch
        {
            RelationKind.View => $"CREATE VIEW {name}{options} AS {item.Definition}",
            RelationKind.MaterializedView => $"CREATE MATERIALIZED VIEW {name}{options} AS {item.Definition}",
            RelationKind.CompositeType => $"CREATE TYPE {name} AS ({columns})",
            RelationKind.ForeignTable => null,
            _ when item.PartitionBound is { } bound =>
                $"CREATE TABLE {name} PARTITION OF {item.Parents[0]} {bound}{Partitioned(item)}{options}",
            _ => $"CREATE {(item.Persistence == RelationPersistence.Unlogged ? "UNLOGGED " : "")}TABLE {name} ({columns})"
                + (item.Parents.Count > 0 ? $" INHERITS ({string.Join(", ", item.Parents)})" : "")
                + Partitioned(item)
                + options,
        };
    }

    public override string? CommentOf(RelationSnapshot item) => item.Comment;

    public override string CommentTargetOf(RelationSnapshot item) =>
        item.Kind switch
        {
            RelationKind.View => "VIEW ",
            RelationKind.MaterializedView => "MATERIALIZED VIEW ",
            RelationKind.CompositeType => "TYPE ",
            RelationKind.ForeignTable => "FOREIGN TABLE ",
            _ => "TABLE ",
        } + NameOf(item);

    private static string Partitioned(RelationSnapshot item) => item.PartitionKey is { } key ? " PARTITION BY " + key : "";

    /// <summary>PartitionedTable -> partitioned table.</summary>
    private static string Words(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? " " : "") + char.ToLowerInvariant(c) : c.ToString()));
}
