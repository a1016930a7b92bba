namespace Mued.PsDb;

/// <summary>A domain.</summary>
public sealed record DomainSnapshot
{
    /// <summary>The schema.</summary>
    public required string Schema { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The type it is made of, with modifiers.</summary>
    public required string Type { get; init; }

    /// <summary>Whether null is refused.</summary>
    public bool NotNull { get; init; }

    /// <summary>The default expression.</summary>
    public string? Default { get; init; }

    /// <summary>The collation, when it is not the base type's own.</summary>
    public string? Collation { get; init; }

    /// <summary>The checks, by name.</summary>
    public IReadOnlyList<ConstraintSnapshot> Constraints
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The comment.</summary>
    public string? Comment { get; init; }
}
