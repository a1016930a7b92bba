namespace Mued.PsDb;

/// <summary>Where a polymorphic reference leads for one kind.</summary>
public sealed record PolymorphicTarget
{
    /// <summary>The value of the kind column.</summary>
    public required string Kind { get; init; }

    /// <summary>The table referred to, as schema.table.</summary>
    public required string Table { get; init; }

    /// <summary>Its column.</summary>
    public required string Column { get; init; }
}
