namespace Mued.PsDb.Sql;

/// <summary>Under which settings a statement of a batch runs.</summary>
internal enum StepRuns
{
    /// <summary>Under the <see cref="SessionGuard"/>: a statement of our own.</summary>
    Guarded,

    /// <summary>Under those of the session: a statement of a script.</summary>
    Unguarded,

    /// <summary>Under those of the session, with nothing sent before it.</summary>
    Bare,
}
