namespace Mued.PsDb;

/// <summary>A row-level security policy.</summary>
public sealed record PolicySnapshot
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The command it is for.</summary>
    public PolicyCommand Command { get; init; }

    /// <summary>Whether it takes rows away from what other policies allow.</summary>
    public bool Restrictive { get; init; }

    /// <summary>The roles it is for, sorted; <c>public</c> is everyone.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>Which rows are seen.</summary>
    public string? Using { get; init; }

    /// <summary>Which rows may be written.</summary>
    public string? WithCheck { get; init; }

    /// <summary>The comment.</summary>
    public string? Comment { get; init; }
}
