using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>Functions, procedures and aggregates, each overload by its arguments.</summary>
internal sealed class FunctionComparison : ObjectComparison<FunctionSnapshot>
{
    public override string SchemaOf(FunctionSnapshot item) => item.Schema;

    public override string KindOf(FunctionSnapshot item) => "function";

    public override string NameOf(FunctionSnapshot item) => $"{new ObjectName(item.Schema, item.Name)}({item.Arguments})";

    public override ObjectFacts FactsOf(FunctionSnapshot item) =>
        new(("definition", CatalogText.Lines(item.Definition)), ("settings", item.Settings));

    /// <summary>The settings are more of the parenthesis in which the definition of an aggregate ends.</summary>
    public override string Create(FunctionSnapshot item) =>
        item.Settings is null ? item.Definition : $"{item.Definition[..^1]}, {item.Settings})";

    public override string Alter(FunctionSnapshot expected, FunctionSnapshot actual) => Create(expected);

    public override string Drop(FunctionSnapshot item) => $"DROP ROUTINE {NameOf(item)}";

    public override string? CommentOf(FunctionSnapshot item) => item.Comment;

    public override string CommentTargetOf(FunctionSnapshot item) => "ROUTINE " + NameOf(item);
}
