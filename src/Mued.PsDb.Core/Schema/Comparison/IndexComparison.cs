using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>The indexes of a table that belong to no constraint.</summary>
internal sealed class IndexComparison(ObjectName table, bool there) : PartComparison<IndexSnapshot>(table, there)
{
    public override string KindOf(IndexSnapshot item) => "index";

    public override string KeyOf(IndexSnapshot item) => item.Name;

    public override string NameOf(IndexSnapshot item) => new ObjectName(Owner.Schema, item.Name).ToString();

    public override ObjectFacts FactsOf(IndexSnapshot item) =>
        new(
            ("definition", item.Definition),
            ("validity", item.Invalid ? "(not valid)" : null),
            ("readiness", item.NotReady ? "(not ready)" : null)
        );

    public override string Create(IndexSnapshot item) => item.Definition;

    /// <summary>Rebuilds a broken index, or replaces one of another definition.</summary>
    public override string Alter(IndexSnapshot expected, IndexSnapshot actual) =>
        expected.Definition == actual.Definition
            ? $"REINDEX INDEX CONCURRENTLY {NameOf(expected)}"
            : $"DROP INDEX {NameOf(expected)}; {expected.Definition}";

    public override string? CommentOf(IndexSnapshot item) => item.Comment;

    public override string CommentTargetOf(IndexSnapshot item) => "INDEX " + NameOf(item);
}
