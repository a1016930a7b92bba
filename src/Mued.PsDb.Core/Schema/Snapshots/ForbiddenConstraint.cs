namespace Mued.PsDb;

/// <summary>A constraint that must not exist, under whatever name.</summary>
public sealed record ForbiddenConstraint
{
    /// <summary>What it would be.</summary>
    public required ConstraintKind Kind { get; init; }

    /// <summary>The table, as schema.table.</summary>
    public required string Table { get; init; }

    /// <summary>The columns; a constraint on these and more is forbidden too.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>Why, for the person who meets it.</summary>
    public required string Reason { get; init; }
}
