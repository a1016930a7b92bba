using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>Functions, procedures and aggregates, each overload by its arguments.</summary>
internal sealed class FunctionComparison : ObjectComparison<FunctionSnapshot>
{
    public override string SchemaOf(FunctionSnapshot item) => item.Schema;

    public override string KindOf(FunctionSnapshot item) => "function";

    public override string NameOf(FunctionSnapshot item) => $"{new ObjectName(item.Schema, item.Name)}({item.Arguments})";

    public override ObjectFacts FactsOf(FunctionSnapshot item) => new(("definition", item.Definition));

    public override string Create(FunctionSnapshot item) => item.Definition;

    public override string Alter(FunctionSnapshot expected, FunctionSnapshot actual) => expected.Definition;

    public override string? CommentOf(FunctionSnapshot item) => item.Comment;

    public override string CommentTargetOf(FunctionSnapshot item) => "FUNCTION " + NameOf(item);
}
