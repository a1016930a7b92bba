namespace Mued.PsDb;

/// <summary>What an undo would do, found by rehearsing it: the figures for the question and for <c>-WhatIf</c>.</summary>
/// <param name="Target">The database as user@host:port/database, without secrets.</param>
/// <param name="Units">The units that would be taken back, newest first; empty when there is nothing to undo.</param>
public sealed record UndoPlan(string Target, IReadOnlyList<UndoUnit> Units)
{
    /// <summary>Whether there is anything to take back.</summary>
    public bool NothingToDo => Units.Count == 0;

    /// <summary>The tables that would vanish, with their rows.</summary>
    public IReadOnlyList<LostTable> Tables { get; init; } = [];

    /// <summary>The columns that would vanish from tables that stay.</summary>
    public IReadOnlyList<LostColumn> Columns { get; init; } = [];

    /// <summary>The tables that stay and whose rows the rollback scripts would change.</summary>
    public IReadOnlyList<ChangedTable> Changes { get; init; } = [];

    /// <summary>The sequences that would vanish, with their states.</summary>
    public IReadOnlyList<LostSequence> Sequences { get; init; } = [];

    /// <summary>The large objects that would be unlinked or written to, or that the rows refer to that would go; null when there are none.</summary>
    public LostLargeObjects? LargeObjects { get; init; }

    /// <summary>Everything of the schema that would go: tables, their parts, comments, privileges, and what depends on them.</summary>
    public IReadOnlyList<LostObject> Objects { get; init; } = [];

    /// <summary>Objects that the migrations did not make and that CASCADE would take; without Force they stop the undo.</summary>
    public IReadOnlyList<DependentObject> Dependents { get; init; } = [];

    /// <summary>
    /// How many rows would lose data: those of vanishing tables, those of tables that lose columns, and those that change in tables that stay.
    /// </summary>
    public long Rows =>
        Tables.Sum(table => table.Rows ?? 0)
        + Columns.DistinctBy(column => column.Table).Sum(column => column.Rows ?? 0)
        + Changes.Sum(change => change.Rows);

    /// <summary>The folder that the backup would be written to; null when none would be written.</summary>
    public string? BackupPath { get; init; }

    /// <summary>
    /// How long others would wait for the tables, with a copy: by the rate at which this server gave a part of the rows, and by the time of
    /// the scripts in the rehearsal. Null where none was measured, and without a copy, where the bound of a run holds.
    /// </summary>
    public TimeSpan? Expected { get; init; }

    /// <summary>Things a person should know before consenting.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
