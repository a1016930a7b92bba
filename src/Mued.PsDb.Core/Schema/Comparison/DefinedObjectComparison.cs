namespace Mued.PsDb.Schema;

/// <summary>Objects whose whole definition is one text.</summary>
internal sealed class DefinedObjectComparison : ObjectComparison<ObjectSnapshot>
{
    public override string KindOf(ObjectSnapshot item) => Words.Of(item.Kind);

    public override string KeyOf(ObjectSnapshot item) => $"{item.Kind} {item.Name}";

    public override string NameOf(ObjectSnapshot item) => item.Name;

    /// <summary>Extended statistics go with their table, whose name ends their definition.</summary>
    public override string? SubjectOf(ObjectSnapshot item) =>
        item.Kind == ObjectKind.Statistics ? item.Definition.Split(';')[0].Split(" FROM ")[^1] : null;

    public override ObjectFacts FactsOf(ObjectSnapshot item) => new(("definition", item.Definition));

    /// <summary>
    /// Null where the text is not the whole statement: what is masked, what other objects make up, and settings, which need the name of
    /// the database.
    /// </summary>
    public override string? Create(ObjectSnapshot item) =>
        item.Kind is ObjectKind.OperatorFamily or ObjectKind.OperatorClass or ObjectKind.Setting or ObjectKind.SecurityLabel
        || item.Kind is ObjectKind.Database or ObjectKind.UserMapping or ObjectKind.Subscription
        || item.Definition.Contains("'***'", StringComparison.Ordinal)
            ? null
            : item.Definition;

    /// <summary>What is masked, what needs the name of the database, and what nobody may know is not made.</summary>
    public override string? Make(ObjectSnapshot item) =>
        item.Kind is ObjectKind.Setting or ObjectKind.SecurityLabel or ObjectKind.Database or ObjectKind.Subscription
        || item.Definition.Contains("'***'", StringComparison.Ordinal)
            ? null
            : item.Definition;

    public override string? Drop(ObjectSnapshot item) =>
        item.Kind is ObjectKind.Setting or ObjectKind.SecurityLabel or ObjectKind.Database or ObjectKind.Subscription
            ? null
            : $"DROP {Keyword(item)} {item.Name}";

    private string Keyword(ObjectSnapshot item) => item.Kind == ObjectKind.RangeType ? "TYPE" : KindOf(item).ToUpperInvariant();

    public override string? CommentOf(ObjectSnapshot item) => item.Comment;

    public override string CommentTargetOf(ObjectSnapshot item) => $"{Keyword(item)} {item.Name}";
}
