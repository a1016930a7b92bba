namespace Mued.PsDb;

/// <summary>A rewrite rule of a table or view.</summary>
public sealed record RuleSnapshot
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The statement that makes it, as <c>pg_get_ruledef</c> prints it.</summary>
    public required string Definition { get; init; }

    /// <summary>When it applies.</summary>
    public TriggerState State { get; init; }

    /// <summary>The comment.</summary>
    public string? Comment { get; init; }
}
