namespace Mued.PsDb;

/// <summary>What a check that did not pass means for the whole.</summary>
public enum CheckSeverity : long
{
    /// <summary>For information.</summary>
    Info,

    /// <summary>Worth a look; the whole still passes.</summary>
    Warning,

    /// <summary>The whole fails.</summary>
    Error,
}
