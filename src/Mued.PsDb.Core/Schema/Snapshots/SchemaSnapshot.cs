using System.Text.Json.Serialization;
using Mued.PsDb.Schema;

namespace Mued.PsDb;

/// <summary>
/// A schema as the system catalogs hold it, and, as a file, the expectation that <c>Test-MuedSchema</c> compares a database with.
/// Its JSON is deterministic and sorted, so two snapshots of one schema are the same text.
/// </summary>
public sealed record SchemaSnapshot
{
    /// <summary>The newest <see cref="FormatVersion"/> that this version of the product reads.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>Where the JSON Schema of the file is, relative to it; null when the file does not say.</summary>
    [JsonPropertyName("$schema"), JsonPropertyOrder(-3)]
    public string? JsonSchema { get; init; }

    /// <summary>The version of the file format.</summary>
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

    /// <summary>Reads a snapshot file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The snapshot.</returns>
    /// <exception cref="MuedException">The file is missing or unreadable, not JSON, of a newer format, or no snapshot (exit code
    /// 2).</exception>
    public static SchemaSnapshot Load(string path) => SnapshotFile.Load(path);

    /// <summary>Writes the snapshot as UTF-8 without a byte order mark and with LF line ends, whatever the platform.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    public void Save(string path) => SnapshotFile.Save(this, path);

    /// <summary>The text that <see cref="Save"/> writes.</summary>
    /// <returns>Indented JSON that ends with a newline.</returns>
    public string ToJson() => SnapshotFile.ToJson(this);
}
