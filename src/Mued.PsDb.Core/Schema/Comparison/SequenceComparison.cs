using System.Globalization;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>Sequences, without their current value.</summary>
internal sealed class SequenceComparison : ObjectComparison<SequenceSnapshot>
{
    public override IEnumerable<string?> Changes(SequenceSnapshot expected, SequenceSnapshot actual) => [Alter(expected, actual)];

    public override string SchemaOf(SequenceSnapshot item) => item.Schema;

    public override string KindOf(SequenceSnapshot item) => "sequence";

    public override string NameOf(SequenceSnapshot item) => new ObjectName(item.Schema, item.Name).ToString();

    public override string? SubjectOf(SequenceSnapshot item) =>
        item.OwnedBy is { } column ? (item.Identity ? column : ObjectName.SplitLast(column).Qualifier) : null;

    public override ObjectFacts FactsOf(SequenceSnapshot item) =>
        new(
            ("type", item.Type),
            ("settings", Settings(item)),
            ("owner", item.OwnedBy is { } column ? (item.Identity ? "IDENTITY OF " : "OWNED BY ") + column : null),
            ("persistence", item.Settings)
        );

    /// <summary>The sequence of an identity column comes with the column.</summary>
    public override string? Create(SequenceSnapshot item) =>
        item.Settings is not null || Make(item) is not { } make ? null
        : item.OwnedBy is { } column ? $"{make}; ALTER SEQUENCE {NameOf(item)} OWNED BY {column}"
        : make;

    /// <summary>Without what needs its table, and without the settings, which <see cref="Alter"/> makes.</summary>
    public override string? Make(SequenceSnapshot item) =>
        item.Identity ? null : $"CREATE SEQUENCE {NameOf(item)} AS {item.Type} {Settings(item)}";

    public override string? Alter(SequenceSnapshot expected, SequenceSnapshot actual) =>
        expected.Identity != actual.Identity || (expected.Identity && expected.OwnedBy != actual.OwnedBy)
            ? null
            : $"ALTER SEQUENCE {NameOf(expected)} AS {expected.Type} {Settings(expected)}"
                + (expected.OwnedBy == actual.OwnedBy ? "" : $" OWNED BY {expected.OwnedBy ?? "NONE"}")
                + (expected.Settings == actual.Settings ? "" : $"; ALTER SEQUENCE {NameOf(expected)} SET {expected.Settings ?? "LOGGED"}");

    public override string? Drop(SequenceSnapshot item) => item.Identity ? null : $"DROP SEQUENCE {NameOf(item)}";

    public override string? CommentOf(SequenceSnapshot item) => item.Comment;

    public override string CommentTargetOf(SequenceSnapshot item) => "SEQUENCE " + NameOf(item);

    private static string Settings(SequenceSnapshot sequence) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"START {sequence.Start} INCREMENT {sequence.Increment} MINVALUE {sequence.Minimum} MAXVALUE {sequence.Maximum} CACHE {sequence.Cache} "
        ) + (sequence.Cycle ? "CYCLE" : "NO CYCLE");
}
