using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>Enum types.</summary>
internal sealed class EnumComparison : ObjectComparison<EnumSnapshot>
{
    public override IEnumerable<string?> Changes(EnumSnapshot expected, EnumSnapshot actual) => [Alter(expected, actual)];

    public override string SchemaOf(EnumSnapshot item) => item.Schema;

    public override string KindOf(EnumSnapshot item) => "enum";

    public override string NameOf(EnumSnapshot item) => new ObjectName(item.Schema, item.Name).ToString();

    public override ObjectFacts FactsOf(EnumSnapshot item) => new(("labels", Labels(item)));

    public override bool OnlyLacks(EnumSnapshot expected, EnumSnapshot actual) => Alter(expected, actual) is not null;

    public override string Create(EnumSnapshot item) => $"CREATE TYPE {NameOf(item)} AS ENUM ({Labels(item)})";

    /// <summary>Adds the labels that are missing; null when labels would have to move or go, which no statement can do.</summary>
    public override string? Alter(EnumSnapshot expected, EnumSnapshot actual)
    {
        var kept = expected.Labels.Where(actual.Labels.Contains);
        return kept.SequenceEqual(actual.Labels) ? string.Join("; ", Additions(expected, actual)) : null;
    }

    /// <summary>The statements that add the labels that are missing, whatever else there is.</summary>
    public IEnumerable<string> Additions(EnumSnapshot expected, EnumSnapshot actual)
    {
        for (var i = 0; i < expected.Labels.Count; i++)
        {
            if (actual.Labels.Contains(expected.Labels[i]))
                continue;
            var next = expected.Labels.Skip(i + 1).FirstOrDefault(actual.Labels.Contains);
            yield return $"ALTER TYPE {NameOf(expected)} ADD VALUE {SqlString.Literal(expected.Labels[i])}"
                + (next is null ? "" : $" BEFORE {SqlString.Literal(next)}");
        }
    }

    public override string Drop(EnumSnapshot item) => $"DROP TYPE {NameOf(item)}";

    public override string? CommentOf(EnumSnapshot item) => item.Comment;

    public override string CommentTargetOf(EnumSnapshot item) => "TYPE " + NameOf(item);

    private static string Labels(EnumSnapshot item) => string.Join(", ", item.Labels.Select(SqlString.Literal));
}
