using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>The rewrite rules of a table or view.</summary>
internal sealed class RuleComparison(ObjectName table, bool there) : PartComparison<RuleSnapshot>(table, there)
{
    public override string KindOf(RuleSnapshot item) => "rule";

    public override string KeyOf(RuleSnapshot item) => item.Name;

    public override ObjectFacts FactsOf(RuleSnapshot item) =>
        new(("definition", item.Definition), ("state", FiringState.Words(item.State)));

    public override string Create(RuleSnapshot item) => item.Definition;

    public override string Alter(RuleSnapshot expected, RuleSnapshot actual) =>
        expected.Definition == actual.Definition
            ? FiringState.Set("RULE", Owner, expected.Name, expected.State)
            : $"DROP RULE {ObjectName.Quote(expected.Name)} ON {Owner}; {expected.Definition.TrimEnd(';')}";

    public override string Drop(RuleSnapshot item) => $"DROP RULE {ObjectName.Quote(item.Name)} ON {Owner}";

    public override string? CommentOf(RuleSnapshot item) => item.Comment;

    public override string CommentTargetOf(RuleSnapshot item) => $"RULE {ObjectName.Quote(item.Name)} ON {Owner}";
}
