namespace Mued.PsDb;

/// <summary>An enum type.</summary>
public sealed record EnumSnapshot
{
    /// <summary>The schema.</summary>
    public required string Schema { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The labels in their sort order.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The comment.</summary>
    public string? Comment { get; init; }
}
