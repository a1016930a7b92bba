using Mued.PsDb.Foundation;

namespace Mued.PsDb.Restore;

/// <summary>What a try has done.</summary>
/// <param name="Tables">What became of the rows.</param>
/// <param name="Sequences">What became of the sequences.</param>
/// <param name="Objects">What became of everything else that went.</param>
/// <param name="LargeObjects">What became of the large objects; null when there are none.</param>
/// <param name="Unknown">Why nobody knows whether it is committed; null when it is.</param>
internal sealed record RestoreOutcome(
    IReadOnlyList<RestoredTable> Tables,
    IReadOnlyList<RestoredSequence> Sequences,
    IReadOnlyList<RestoredObject> Objects,
    RestoredLargeObjects? LargeObjects,
    MuedException? Unknown
)
{
    /// <summary>Nothing.</summary>
    public static RestoreOutcome None { get; } = new([], [], [], null, null);

    /// <summary>Whether anything was put back.</summary>
    public bool Changed =>
        Tables.Sum(table => table.Loaded) > 0
        || Sequences.Any(sequence => sequence.Status == SequenceStatus.Restored)
        || LargeObjects is { Restored: > 0 }
        || Objects.Any(item => item.Status == RestoredObjectStatus.Restored);

    /// <summary>The error for what could not be put back; null when all is.</summary>
    /// <param name="onConflict">What was done with rows that were there.</param>
    public MuedException? Left(ConflictAction onConflict)
    {
        if (Tables.Sum(table => table.Rejected) is > 0 and var rejected)
            return Texts.Error("RestoreRowsRejected", ExitCode.CheckFailed, null, rejected, Tables.Sum(table => table.Loaded));
        if (Tables.Sum(table => table.Conflicting) is > 0 and var conflicting)
            return Texts
                .Error("RestoreRowsLeft", ExitCode.CheckFailed, null, conflicting, Examples())
                .With(onConflict == ConflictAction.Replace ? Texts.Get("RestoreRowsLeft.ReplaceAdvice") : null);
        var left = Sequences.Where(sequence => sequence.Status is SequenceStatus.Missing or SequenceStatus.OutOfBounds).ToList();
        if (left.Count > 0)
            return Texts.Error(
                "RestoreSequencesLeft",
                ExitCode.CheckFailed,
                null,
                string.Join(", ", left.Select(sequence => sequence.Name))
            );
        if (LargeObjects is { Conflicting: > 0 } large)
            return Texts.Error(
                "RestoreLargeObjectsLeft",
                ExitCode.CheckFailed,
                null,
                large.Conflicting,
                string.Join("; ", large.Conflicts.Take(3))
            );
        var objects = Objects.Where(item => item.Left).Select(item => $"{item.Kind} {item.Name}").ToList();
        return objects.Count == 0
            ? null
            : Texts.Error("RestoreObjectsLeft", ExitCode.CheckFailed, null, objects.Count, string.Join(", ", objects));
    }

    private string Examples() =>
        string.Join(
            "; ",
            Tables
                .SelectMany(table => table.Conflicts.Select(row => $"{table.Name} {row.Key} {string.Join(", ", row.Columns)}".TrimEnd()))
                .Take(3)
        );
}
