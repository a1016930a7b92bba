namespace Mued.PsDb;

/// <summary>Who owns an object.</summary>
public sealed record OwnerSnapshot
{
    /// <summary>What it is, as <c>pg_identify_object</c> calls it.</summary>
    public required string Kind { get; init; }

    /// <summary>The whole name, as <c>pg_identify_object</c> prints it; empty for the database.</summary>
    public required string Name { get; init; }

    /// <summary>The role.</summary>
    public required string Role { get; init; }
}
