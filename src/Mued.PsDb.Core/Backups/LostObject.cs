using System.Text.Json.Serialization;

namespace Mued.PsDb;

/// <summary>
/// Something of the schema that an undo makes vanish: an object, a part of a table, a comment, a privilege or a setting. Its rows are told elsewhere.
/// </summary>
/// <param name="Kind">What it is, as the schema test names it: index, trigger, view, table comment, privileges …; or a table or column setting.</param>
/// <param name="Name">Its name, schema-qualified.</param>
public sealed record LostObject(string Kind, string Name)
{
    /// <summary>The table that it is a part of; null for an object of its own.</summary>
    public string? Table { get; init; }

    /// <summary>
    /// The statements that make it again, for a restore or a person; null where there are none, and a restore only tells of it.
    /// </summary>
    [JsonPropertyName("sql")]
    public string? Statement { get; init; }

    /// <summary>
    /// Whether the rollback scripts drop it themselves, so that applying the migrations again makes it and a restore does not.
    /// </summary>
    public bool OfMigrations { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Name}";
}
