namespace Mued.PsDb;

/// <summary>What a <see cref="RunProgress"/> tells.</summary>
public enum ProgressKind
{
    /// <summary>A step of the run began (shown with -Verbose).</summary>
    Step,

    /// <summary>The boundaries of a statement (shown with -Debug).</summary>
    Detail,

    /// <summary>The server said something (shown with -Verbose).</summary>
    Notice,

    /// <summary>A migration started or advanced by a statement.</summary>
    Migration,

    /// <summary>A migration, an undo unit or a table is done.</summary>
    Finished,

    /// <summary>Rows were copied to or from a backup.</summary>
    Rows,

    /// <summary>The server reports progress of a long CREATE INDEX.</summary>
    Index,

    /// <summary>The run waits: for a lock, for another runner, before a retry.</summary>
    Waiting,

    /// <summary>Something a person should see although the run goes on.</summary>
    Warning,
}
