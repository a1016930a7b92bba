namespace Mued.PsDb;

/// <summary>How a check of the daily runbook ended.</summary>
public enum RunbookStatus : long
{
    /// <summary>As it shall be.</summary>
    Passed,

    /// <summary>Worth a look, and no failure.</summary>
    Warning,

    /// <summary>Not as it shall be.</summary>
    Failed,

    /// <summary>Cannot be told: there is no figure, or the role may not see it.</summary>
    Unknown,
}
