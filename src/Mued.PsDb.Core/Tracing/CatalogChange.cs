using System.Text.Json.Serialization;
using Mued.PsDb.Schema;
using Mued.PsDb.Tracing;

namespace Mued.PsDb;

/// <summary>What a statement changed in the catalog.</summary>
/// <param name="Kind">What became of the object.</param>
/// <param name="Relation">The relation, schema-qualified, as it was named before.</param>
/// <param name="Name">The column, constraint or index; null where it is the relation itself.</param>
/// <param name="Before">The name or type before, where it changed.</param>
/// <param name="After">The name or type since.</param>
public sealed record CatalogChange(
    [property: JsonConverter(typeof(KindConverter<CatalogChangeKind>))] CatalogChangeKind Kind,
    string Relation,
    string? Name = null,
    string? Before = null,
    string? After = null
)
{
    /// <summary>The relation's identity.</summary>
    [JsonIgnore]
    internal uint Oid { get; init; }

    /// <summary>Whether the relation was there before anything was traced.</summary>
    [JsonIgnore]
    internal bool Existed { get; init; }

    /// <summary>The column, as it is since; null for anything else and for one that is gone.</summary>
    [JsonIgnore]
    internal TracedColumn? Column { get; init; }

    /// <summary>The column as it was before.</summary>
    [JsonIgnore]
    internal TracedColumn? OldColumn { get; init; }

    /// <summary>The constraint; null for anything else.</summary>
    [JsonIgnore]
    internal TracedConstraint? Constraint { get; init; }

    /// <summary>The identity of the index; 0 for anything else.</summary>
    [JsonIgnore]
    internal uint Index { get; init; }

    /// <summary>Whether it is about a foreign key.</summary>
    [JsonIgnore]
    internal bool IsForeignKey => Constraint is { Kind: 'f' };

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Relation} {Name}".TrimEnd();
}
