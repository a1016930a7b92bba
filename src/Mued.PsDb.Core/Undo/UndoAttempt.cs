using Mued.PsDb.Backups;

namespace Mued.PsDb.Undo;

/// <summary>What one try of an undo has found and done so far.</summary>
/// <param name="Units">What is to be taken back, newest first; empty when there is nothing.</param>
internal sealed record UndoAttempt(IReadOnlyList<PlannedUnit> Units)
{
    /// <summary>Nothing yet.</summary>
    public static UndoAttempt None { get; } = new([]);

    /// <summary>What goes.</summary>
    public DataLoss Loss { get; init; } = DataLoss.None;

    /// <summary>How many rows each table holds that goes or loses columns, by its OID.</summary>
    public IReadOnlyDictionary<uint, long> Rows { get; init; } = new Dictionary<uint, long>();

    /// <summary>The tables that stay and whose rows the scripts change.</summary>
    public IReadOnlyList<ChangedTable> Changes { get; init; } = [];

    /// <summary>How long others would wait for the copy of the rows and the scripts; null when nobody looked, or nothing was measured.</summary>
    public TimeSpan? Expected { get; init; }

    /// <summary>Things a person should know.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The copy of the rows, complete and read back; null when there is none.</summary>
    public BackupInfo? Backup { get; init; }

    /// <summary>How long each unit's script ran.</summary>
    public IReadOnlyList<TimeSpan> Durations { get; init; } = [];

    /// <summary>Whether it is committed.</summary>
    public bool Committed { get; init; }

    /// <summary>Says that nobody knows whether it is committed; null when that is known.</summary>
    public MuedException? Unknown { get; init; }

    /// <summary>The scripts, for people.</summary>
    public string Names => string.Join(", ", Units.Select(unit => unit.Script.Name));

    /// <summary>The same with another warning.</summary>
    public UndoAttempt Warn(string warning) => this with { Warnings = [.. Warnings, warning] };

    /// <summary>Whether it takes back the units of a plan, and the same objects go. Rows may have come since.</summary>
    public bool IsOf(UndoPlan plan) =>
        Units.Select(unit => unit.Script.Name).SequenceEqual(plan.Units.Select(unit => unit.Name))
        && Loss.Tables(Rows).Select(table => table.Name).SequenceEqual(plan.Tables.Select(table => table.Name))
        && Loss.Columns(Rows).Select(Key).SequenceEqual(plan.Columns.Select(Key))
        && Loss.Images.Select(image => image.Name.ToString()).SequenceEqual(plan.Changes.Select(change => change.Name))
        && Loss.Sequences.Select(sequence => sequence.Name.ToString()).SequenceEqual(plan.Sequences.Select(sequence => sequence.Name))
        && Loss.Schema.Objects.SequenceEqual(plan.Objects)
        && Loss.Dependents.SequenceEqual(plan.Dependents);

    /// <summary>Whether more goes than a plan says, of what is counted.</summary>
    public bool TakesMoreThan(UndoPlan plan) =>
        Rows.Values.Sum() + Changes.Sum(change => change.Rows) > plan.Rows
        || (Loss.LargeObjects?.Count ?? 0) > (plan.LargeObjects?.Count ?? 0);

    private static (string Table, string Name) Key(LostColumn column) => (column.Table, column.Name);
}
