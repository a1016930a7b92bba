namespace Mued.PsDb;

/// <summary>How a run ended.</summary>
public enum RunStatus : long
{
    /// <summary>All that was asked for was done, and every check passed.</summary>
    Succeeded,

    /// <summary>Nothing was pending, and every check passed.</summary>
    NothingToDo,

    /// <summary>Rehearsed only; the database is as it was.</summary>
    DryRun,

    /// <summary>Something failed; the report's error or its verification says what.</summary>
    Failed,

    /// <summary>Planned only; the database is as it was.</summary>
    Planned,
}
