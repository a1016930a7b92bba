using System.Text.Json;
using Mued.PsDb.Schema;

namespace Mued.PsDb;

/// <summary>Rows that a table must hold; other rows are no matter.</summary>
public sealed record SeedTable
{
    /// <summary>The table, as schema.table.</summary>
    public required string Table { get; init; }

    /// <summary>The columns that find a row.</summary>
    public required IReadOnlyList<string> Key { get; init; }

    /// <summary>The columns that are compared, the key included.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>The rows, by key: column to value, as <c>to_jsonb</c> gives it.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Rows
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Why the rows could not be read; null when they were.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    internal QueryObstacle? Obstacle { get; init; }
}
