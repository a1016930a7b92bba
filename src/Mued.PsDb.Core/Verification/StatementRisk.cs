namespace Mued.PsDb;

/// <summary>What a statement may do to rows, or rows to it.</summary>
public enum StatementRisk : long
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It may fail on rows that are there, or rewrite them.</summary>
    DependsOnRows,

    /// <summary>Rows or values are gone afterwards.</summary>
    LosesRows,
}
