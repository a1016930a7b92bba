namespace Mued.PsDb;

/// <summary>What a foreign key refers to and what it does.</summary>
public sealed record ForeignKeyReference
{
    /// <summary>The table, as schema.table.</summary>
    public required string Table { get; init; }

    /// <summary>The columns, in the order of the constraint's own.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>What deleting the row referred to does, for example <c>SET NULL</c>; null for NO ACTION.</summary>
    public string? OnDelete { get; init; }

    /// <summary>What changing its key does; null for NO ACTION.</summary>
    public string? OnUpdate { get; init; }

    /// <summary>Whether the check can be put off to the end of the transaction.</summary>
    public bool Deferrable { get; init; }

    /// <summary>Whether it is put off unless the session says otherwise.</summary>
    public bool InitiallyDeferred { get; init; }
}
