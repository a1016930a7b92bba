namespace Mued.PsDb;

/// <summary>How grave a finding is, the gravest first.</summary>
public enum FindingSeverity : long
{
    /// <summary>It should not run like this.</summary>
    Error,

    /// <summary>A person should decide about it.</summary>
    Warning,

    /// <summary>A person should know it.</summary>
    Note,
}
