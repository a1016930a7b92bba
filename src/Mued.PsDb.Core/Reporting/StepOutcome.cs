namespace Mued.PsDb;

/// <summary>How a step of a report ended, in the terms that every format has a sign for.</summary>
public enum StepOutcome
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>Left alone.</summary>
    Skipped,

    /// <summary>Not reached, or rehearsed only.</summary>
    Pending,

    /// <summary>Nothing failed, but a person should look at it.</summary>
    Attention,

    /// <summary>Failed.</summary>
    Failed,
}
