namespace Mued.PsDb;

/// <summary>Values that must not repeat within a table.</summary>
public sealed record DuplicateRule
{
    /// <summary>The table, as schema.table.</summary>
    public required string Table { get; init; }

    /// <summary>The column.</summary>
    public required string Column { get; init; }

    /// <summary>What counts as the same.</summary>
    public DuplicateUnit Unit { get; init; }
}
