namespace Mued.PsDb;

/// <summary>The limits of a column's values; null is always within them.</summary>
public sealed record RangeRule
{
    /// <summary>The table, as schema.table.</summary>
    public required string Table { get; init; }

    /// <summary>The column.</summary>
    public required string Column { get; init; }

    /// <summary>The lowest value that is right; null for no limit.</summary>
    public decimal? Minimum { get; init; }

    /// <summary>The highest value that is right; null for no limit.</summary>
    public decimal? Maximum { get; init; }
}
