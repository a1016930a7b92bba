namespace Mued.PsDb;

/// <summary>The result of a <see cref="ConnectionCheck"/>.</summary>
public enum ConnectionCheckStatus : long
{
    /// <summary>As it should be.</summary>
    Passed,

    /// <summary>Worth a look; migrations can run.</summary>
    Warning,

    /// <summary>Migrations cannot run.</summary>
    Failed,
}
