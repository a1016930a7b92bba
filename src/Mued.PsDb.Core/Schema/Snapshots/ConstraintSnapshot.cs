namespace Mued.PsDb;

/// <summary>A constraint of a table.</summary>
public sealed record ConstraintSnapshot
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required ConstraintKind Kind { get; init; }

    /// <summary>The columns it is about, in its order; empty for a check without columns.</summary>
    public IReadOnlyList<string> Columns
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>What a foreign key refers to.</summary>
    public ForeignKeyReference? References { get; init; }

    /// <summary>The whole rule as <c>pg_get_constraintdef</c> prints it, with actions and deferrability, without NOT VALID.</summary>
    public required string Definition { get; init; }

    /// <summary>Whether the rows that were there before it have not been checked (<c>NOT VALID</c>).</summary>
    public bool NotValid { get; init; }

    /// <summary>Whether the index behind a key is not valid or not ready.</summary>
    public bool BrokenIndex { get; init; }

    /// <summary>Whether it is there only because a table from which this one inherits has it; not told of partitions.</summary>
    public bool Inherited { get; init; }

    /// <summary>
    /// Options and tablespace of its index, and which of the server's triggers for it, by their functions, do not fire as usual; null for none.
    /// </summary>
    public string? Settings { get; init; }

    /// <summary>The comment of its index, which is not its own.</summary>
    public string? IndexComment { get; init; }

    /// <summary>The comment.</summary>
    public string? Comment { get; init; }
}
