namespace Mued.PsDb;

/// <summary>An index that belongs to no constraint.</summary>
public sealed record IndexSnapshot
{
    /// <summary>The name; the schema is the table's.</summary>
    public required string Name { get; init; }

    /// <summary>The statement that makes it, as <c>pg_get_indexdef</c> prints it.</summary>
    public required string Definition { get; init; }

    /// <summary>Whether it refuses duplicates.</summary>
    public bool Unique { get; init; }

    /// <summary>Which rows a partial index holds.</summary>
    public string? Predicate { get; init; }

    /// <summary>Whether queries may not use it, for example after a CREATE INDEX CONCURRENTLY that failed.</summary>
    public bool Invalid { get; init; }

    /// <summary>Whether it does not take new rows yet.</summary>
    public bool NotReady { get; init; }

    /// <summary>Tablespace and statistics targets, where they are not the default; null for none.</summary>
    public string? Settings { get; init; }

    /// <summary>The comment.</summary>
    public string? Comment { get; init; }
}
