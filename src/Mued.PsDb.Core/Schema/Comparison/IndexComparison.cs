using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>The indexes of a table that belong to no constraint.</summary>
internal sealed class IndexComparison(ObjectName table, bool there, bool isPartition = false) : PartComparison<IndexSnapshot>(table, there)
{
    public override string KindOf(IndexSnapshot item) => "index";

    public override string KeyOf(IndexSnapshot item) => item.Name;

    public override string NameOf(IndexSnapshot item) => new ObjectName(Owner.Schema, item.Name).ToString();

    public override ObjectFacts FactsOf(IndexSnapshot item) =>
        new(
            ("definition", item.Definition),
            ("validity", item.Invalid ? "(not valid)" : null),
            ("readiness", item.NotReady ? "(not ready)" : null),
            ("settings", item.Settings)
        );

    public override IReadOnlyList<string> Expressions => ["definition"];

    /// <summary>Of an index only the predicate is an expression here: it ends the definition.</summary>
    public override string? QueryOf(IndexSnapshot item) =>
        item.Predicate is { } predicate && item.Definition.EndsWith(" WHERE " + predicate, StringComparison.Ordinal)
            ? $"SELECT {predicate} AS x, {SqlString.Literal(item.Definition[..^predicate.Length])} AS rest FROM ONLY {Owner}"
            : null;

    public override string? Create(IndexSnapshot item) => item.Settings is null ? Make(item) : null;

    /// <summary>Without the settings, which <see cref="Alter"/> makes.</summary>
    public override string Make(IndexSnapshot item)
    {
        // The server prints the index of a partitioned table without those of the partitions, which make it valid; one that is not has none.
        var only = $"INDEX {ObjectName.Quote(item.Name)} ON ONLY ";
        var at = item.Definition.IndexOf(only, StringComparison.Ordinal);
        var all = at < 0 || item.Invalid ? item.Definition : item.Definition.Remove(at + only.Length - "ONLY ".Length, "ONLY ".Length);
        // A partition may have it already by the index of its parent.
        return isPartition ? all.Insert(all.IndexOf(" INDEX ", StringComparison.Ordinal) + " INDEX".Length, " IF NOT EXISTS") : all;
    }

    /// <summary>Rebuilds a broken index, or replaces one of another definition.</summary>
    public override string? Alter(IndexSnapshot expected, IndexSnapshot actual) =>
        expected.Settings != actual.Settings ? (expected.Definition == actual.Definition ? Settings(expected, actual) : null)
        : expected.Definition == actual.Definition
            ? actual is { Invalid: false, NotReady: false } ? null
                : $"REINDEX INDEX CONCURRENTLY {NameOf(expected)}"
        : expected.Settings is not null ? null
        : $"DROP INDEX {NameOf(expected)}; {Make(expected)}";

    public override string Drop(IndexSnapshot item) => $"DROP INDEX {NameOf(item)}";

    private string? Settings(IndexSnapshot expected, IndexSnapshot actual)
    {
        var alter = $"ALTER INDEX {NameOf(expected)}";
        var changes = SettingList.Changes(
            expected.Settings,
            actual.Settings,
            part => $"{alter} {(part.StartsWith("TABLESPACE", StringComparison.Ordinal) ? "SET " : "")}{part}",
            part =>
                part.StartsWith("TABLESPACE", StringComparison.Ordinal)
                    ? $"{alter} SET TABLESPACE pg_default"
                    : $"{alter} {part[..(part.LastIndexOf(' ') + 1)]}-1"
        );
        return changes is null ? null : string.Join("; ", changes);
    }

    public override string? CommentOf(IndexSnapshot item) => item.Comment;

    public override string CommentTargetOf(IndexSnapshot item) => "INDEX " + NameOf(item);
}
