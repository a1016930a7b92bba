using System.Text.Json.Serialization;

namespace Mued.PsDb;

/// <summary>What became of something that went from the schema.</summary>
/// <param name="Kind">What it is, as the schema test names it: index, trigger, view, table comment, privileges …</param>
/// <param name="Name">Its name, schema-qualified.</param>
/// <param name="Status">What was found or done.</param>
public sealed record RestoredObject(string Kind, string Name, RestoredObjectStatus Status)
{
    /// <summary>The table that it is a part of; null for an object of its own.</summary>
    public string? Table { get; init; }

    /// <summary>The statements that made it, or would; null where none are known or needed.</summary>
    [JsonPropertyName("sql")]
    public string? Statement { get; init; }

    /// <summary>Why it is not as it was; null when it is.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether it is not there although that was asked for.</summary>
    [JsonIgnore]
    public bool Left { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Name} ({Status})";
}
