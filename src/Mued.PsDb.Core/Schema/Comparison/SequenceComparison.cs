using System.Globalization;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>Sequences, without their current value.</summary>
internal sealed class SequenceComparison : ObjectComparison<SequenceSnapshot>
{
    public override string SchemaOf(SequenceSnapshot item) => item.Schema;

    public override string KindOf(SequenceSnapshot item) => "sequence";

    public override string NameOf(SequenceSnapshot item) => new ObjectName(item.Schema, item.Name).ToString();

    public override ObjectFacts FactsOf(SequenceSnapshot item) =>
        new(
            ("type", item.Type),
            ("settings", Settings(item)),
            ("owner", item.OwnedBy is { } column ? (item.Identity ? "IDENTITY OF " : "OWNED BY ") + column : null)
        );

    /// <summary>The sequence of an identity column comes with the column.</summary>
    public override string? Create(SequenceSnapshot item) =>
        item.Identity ? null : $"CREATE SEQUENCE {NameOf(item)} AS {item.Type} {Settings(item)}";

    public override string Alter(SequenceSnapshot expected, SequenceSnapshot actual) =>
        $"ALTER SEQUENCE {NameOf(expected)} AS {expected.Type} {Settings(expected)}";

    public override string? CommentOf(SequenceSnapshot item) => item.Comment;

    public override string CommentTargetOf(SequenceSnapshot item) => "SEQUENCE " + NameOf(item);

    private static string Settings(SequenceSnapshot sequence) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"START {sequence.Start} INCREMENT {sequence.Increment} MINVALUE {sequence.Minimum} MAXVALUE {sequence.Maximum} CACHE {sequence.Cache} "
        ) + (sequence.Cycle ? "CYCLE" : "NO CYCLE");
}
