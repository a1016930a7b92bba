namespace Mued.PsDb;

/// <summary>How much of MUED Phase 2 a database holds, judged by the names of its objects.</summary>
public enum Phase2State : long
{
    /// <summary>None of its tables, enums, indexes, foreign keys and triggers.</summary>
    Absent,

    /// <summary>Some of them: a run was cut short, or the database has objects of the same names.</summary>
    Partial,

    /// <summary>All of them, every index valid.</summary>
    Complete,
}
