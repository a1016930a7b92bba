namespace Mued.PsDb;

/// <summary>A trigger of a table.</summary>
public sealed record TriggerSnapshot
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The statement that makes it, as <c>pg_get_triggerdef</c> prints it.</summary>
    public required string Definition { get; init; }

    /// <summary>When it fires.</summary>
    public TriggerState State { get; init; }

    /// <summary>The comment.</summary>
    public string? Comment { get; init; }
}
