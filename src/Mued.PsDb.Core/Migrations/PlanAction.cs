namespace Mued.PsDb;

/// <summary>What a run means to do with a migration.</summary>
public enum PlanAction : long
{
    /// <summary>Run it.</summary>
    Apply,

    /// <summary>Run it again although it is applied.</summary>
    Reapply,

    /// <summary>Go on with a non-transactional migration that was interrupted.</summary>
    Resume,

    /// <summary>Begin such a migration anew, from its first statement, because its file has changed since.</summary>
    Restart,

    /// <summary>Record it as applied without running it.</summary>
    Baseline,

    /// <summary>Record the checksums of its changed file.</summary>
    AcceptChange,

    /// <summary>Record the new name of an applied migration whose file was renamed.</summary>
    Rename,

    /// <summary>Leave it alone: it is applied, or excluded.</summary>
    Skip,

    /// <summary>Leave it for later: it is above the target, or was not chosen.</summary>
    Defer,
}
