namespace Mued.PsDb;

/// <summary>A sequence; its current value is data and not part of the schema.</summary>
public sealed record SequenceSnapshot
{
    /// <summary>The schema.</summary>
    public required string Schema { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The integer type.</summary>
    public required string Type { get; init; }

    /// <summary>The first value.</summary>
    public long Start { get; init; }

    /// <summary>The step.</summary>
    public long Increment { get; init; }

    /// <summary>The lowest value.</summary>
    public long Minimum { get; init; }

    /// <summary>The highest value.</summary>
    public long Maximum { get; init; }

    /// <summary>How many values a session takes at once.</summary>
    public long Cache { get; init; }

    /// <summary>Whether it starts again at its end.</summary>
    public bool Cycle { get; init; }

    /// <summary>The column it belongs to, as schema.table.column.</summary>
    public string? OwnedBy { get; init; }

    /// <summary>Whether it is the inside of an identity column.</summary>
    public bool Identity { get; init; }

    /// <summary>Whether it is unlogged; null for none.</summary>
    public string? Settings { get; init; }

    /// <summary>The comment.</summary>
    public string? Comment { get; init; }
}
