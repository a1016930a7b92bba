using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>The triggers of a table.</summary>
internal sealed class TriggerComparison(ObjectName table, bool there) : PartComparison<TriggerSnapshot>(table, there)
{
    public override string KindOf(TriggerSnapshot item) => "trigger";

    public override string KeyOf(TriggerSnapshot item) => item.Name;

    public override ObjectFacts FactsOf(TriggerSnapshot item) =>
        new(("definition", item.Definition), ("state", FiringState.Words(item.State)));

    public override string Create(TriggerSnapshot item) => item.Definition;

    public override string Alter(TriggerSnapshot expected, TriggerSnapshot actual)
    {
        if (expected.Definition == actual.Definition)
            return FiringState.Set("TRIGGER", Owner, expected.Name, expected.State);
        const string create = "CREATE TRIGGER ";
        return expected.Definition.StartsWith(create, StringComparison.Ordinal)
            ? "CREATE OR REPLACE TRIGGER " + expected.Definition[create.Length..]
            : $"DROP TRIGGER {ObjectName.Quote(expected.Name)} ON {Owner}; {expected.Definition}";
    }

    public override string Drop(TriggerSnapshot item) => $"DROP TRIGGER {ObjectName.Quote(item.Name)} ON {Owner}";

    public override string? CommentOf(TriggerSnapshot item) => item.Comment;

    public override string CommentTargetOf(TriggerSnapshot item) => $"TRIGGER {ObjectName.Quote(item.Name)} ON {Owner}";
}
