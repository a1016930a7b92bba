namespace Mued.PsDb;

/// <summary>
/// What becomes of a procedure or DO block that was begun outside a transaction by a run that was interrupted: only a person can tell what it
/// has done.
/// </summary>
public enum ResumeChoice
{
    /// <summary>Run it again, and whenever it fails in a way that passes: it does no harm twice.</summary>
    Again,

    /// <summary>It is done: go on behind it.</summary>
    Done,
}
