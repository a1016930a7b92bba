using System.Text.Json.Serialization;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;

namespace Mued.PsDb;

/// <summary>A table, view or other relation with columns.</summary>
public sealed record RelationSnapshot
{
    /// <summary>The schema.</summary>
    public required string Schema { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required RelationKind Kind { get; init; }

    /// <summary>Logged, unlogged or temporary.</summary>
    public RelationPersistence Persistence { get; init; }

    /// <summary>How a partitioned table is divided, for example <c>RANGE (created_at)</c>.</summary>
    public string? PartitionKey { get; init; }

    /// <summary>Which rows a partition holds, for example <c>FOR VALUES IN ('a')</c>.</summary>
    public string? PartitionBound { get; init; }

    /// <summary>The tables it is a partition of or inherits from, in order.</summary>
    public IReadOnlyList<string> Parents
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The server of a foreign table.</summary>
    public string? Server { get; init; }

    /// <summary>Storage parameters and options, for example <c>fillfactor=70</c>, sorted.</summary>
    public IReadOnlyList<string> Options
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Whether row-level security is on.</summary>
    public bool RowSecurity { get; init; }

    /// <summary>Whether row-level security holds for the owner as well.</summary>
    public bool ForceRowSecurity { get; init; }

    /// <summary>Replica identity, cluster mark, tablespace, access method, options of the TOAST table, and whether a materialized view is without data; null for none.</summary>
    public string? Settings { get; init; }

    /// <summary>The comment.</summary>
    public string? Comment { get; init; }

    /// <summary>The query of a view.</summary>
    [JsonConverter(typeof(LinesConverter))]
    public string? Definition { get; init; }

    /// <summary>The columns, in their order.</summary>
    public IReadOnlyList<ColumnSnapshot> Columns
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The constraints, by name; NOT NULL is a property of the column.</summary>
    public IReadOnlyList<ConstraintSnapshot> Constraints
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The indexes that belong to no constraint, by name.</summary>
    public IReadOnlyList<IndexSnapshot> Indexes
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The triggers, by name, without the server's own and those inherited from a partitioned table.</summary>
    public IReadOnlyList<TriggerSnapshot> Triggers
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The row-level security policies, by name.</summary>
    public IReadOnlyList<PolicySnapshot> Policies
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The rewrite rules, by name, without the one that makes a view.</summary>
    public IReadOnlyList<RuleSnapshot> Rules
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>
    /// About how many rows it held when the snapshot was made, where sizes were asked for; no comparison looks at it.
    /// </summary>
    public long? EstimatedRows { get; init; }

    /// <summary>How many bytes it took then, without its indexes; no comparison looks at it.</summary>
    public long? Bytes { get; init; }

    /// <summary>What keeps the current role from reading the rows; null when nothing does or the snapshot is from a file.</summary>
    [JsonIgnore]
    internal string? Unreadable { get; init; }

    /// <summary>Schema and name, quoted where SQL wants it.</summary>
    [JsonIgnore]
    internal ObjectName QualifiedName => new(Schema, Name);
}
