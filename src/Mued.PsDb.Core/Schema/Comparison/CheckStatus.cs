namespace Mued.PsDb;

/// <summary>The result of one check.</summary>
public enum CheckStatus : long
{
    /// <summary>As expected.</summary>
    Passed,

    /// <summary>Expected, not there.</summary>
    Missing,

    /// <summary>There, but not as expected.</summary>
    Different,

    /// <summary>There, not expected.</summary>
    Unexpected,

    /// <summary>Cannot be checked; the advice says why.</summary>
    Unchecked,
}
