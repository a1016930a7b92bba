using System.Text.Json.Serialization;

namespace Mued.PsDb;

/// <summary>
/// A schema as the system catalogs hold it, and, as a file, the expectation that <c>Test-MuedSchema</c> compares a database with.
/// Its JSON is deterministic and sorted, so two snapshots of one schema are the same text.
/// </summary>
public sealed record SchemaSnapshot
{
    /// <summary>The newest <see cref="FormatVersion"/> that this version of the product reads.</summary>
    public const int CurrentFormatVersion = 2;

    /// <summary>Where the JSON Schema of the file is, relative to it; null when the file does not say.</summary>
    [JsonPropertyName("$schema"), JsonPropertyOrder(-3)]
    public string? JsonSchema { get; init; }

    /// <summary>
    /// The version of the file format. Files of version 1 hold no <see cref="Objects"/> and no settings of tables, columns and the like,
    /// so these are not compared with them.
    /// </summary>
    [JsonPropertyOrder(-2)]
    public required int FormatVersion { get; init; }

    /// <summary>What the snapshot covers.</summary>
    [JsonPropertyOrder(-1)]
    public required SchemaScope Scope { get; init; }

    /// <summary>Tables, views and whatever else has columns, by schema and name.</summary>
    public IReadOnlyList<RelationSnapshot> Relations
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Enum types, by schema and name.</summary>
    public IReadOnlyList<EnumSnapshot> Enums
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Domains, by schema and name.</summary>
    public IReadOnlyList<DomainSnapshot> Domains
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Sequences, by schema and name.</summary>
    public IReadOnlyList<SequenceSnapshot> Sequences
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Functions, procedures and aggregates, by schema, name and arguments.</summary>
    public IReadOnlyList<FunctionSnapshot> Functions
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Objects of further kinds, by kind and name.</summary>
    public IReadOnlyList<ObjectSnapshot> Objects
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The owners, by kind and name of the object.</summary>
    public IReadOnlyList<OwnerSnapshot> Owners
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The privileges, by kind and name of the object and role.</summary>
    public IReadOnlyList<PrivilegeSnapshot> Privileges
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Rows that must be there.</summary>
    public IReadOnlyList<SeedTable> Seeds
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Constraints that must not be there; written by hand, no catalog holds them.</summary>
    public IReadOnlyList<ForbiddenConstraint> Forbidden
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Rules for the data that the database does not enforce; written by hand.</summary>
    public IntegrityRules? Integrity { get; init; }

    /// <summary>The server's version, for example 17.5; null for a snapshot from a file.</summary>
    [JsonIgnore]
    public string? ServerVersion { get; init; }

    /// <summary>The schemas of the scope that are not there; empty for a snapshot from a file.</summary>
    [JsonIgnore]
    internal IReadOnlyList<string> MissingSchemas { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Relations.Select(relation => relation.QualifiedName));
}
