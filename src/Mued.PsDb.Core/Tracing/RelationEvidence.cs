using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;

namespace Mued.PsDb;

/// <summary>What a statement did to a relation that was there before the migrations, as the server showed it.</summary>
/// <param name="Relation">The relation, schema-qualified.</param>
public sealed record RelationEvidence(string Relation)
{
    /// <summary>Rows before, as the planner's statistics have them; null where that is not known.</summary>
    public long? Rows { get; init; }

    /// <summary>Bytes of the table itself before; null where that is not known.</summary>
    public long? Bytes { get; init; }

    /// <summary>The lock modes that the statement took and the transaction did not hold before, strongest last.</summary>
    public IReadOnlyList<string> LockModes
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <summary>Whom the strongest lock that the transaction holds since keeps waiting.</summary>
    [JsonConverter(typeof(KindConverter<Blocking>))]
    public Blocking Blocks { get; init; }

    /// <summary>Whether its storage was written anew (its relfilenode changed).</summary>
    public bool Rewritten { get; init; }

    /// <summary>Whether its storage was thrown away (TRUNCATE).</summary>
    public bool Emptied { get; init; }

    /// <summary>How often it was read from end to end.</summary>
    public long Scans { get; init; }

    /// <summary>The indexes on it that were built.</summary>
    public IReadOnlyList<string> IndexesBuilt
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <summary>Rows added; of a sandbox, of the few that are there.</summary>
    public long RowsInserted { get; init; }

    /// <summary>Rows changed.</summary>
    public long RowsUpdated { get; init; }

    /// <summary>Rows removed.</summary>
    public long RowsDeleted { get; init; }

    /// <summary>Whether there is anything to tell.</summary>
    [JsonIgnore]
    internal bool IsWorkedOn =>
        LockModes.Count > 0
        || Rewritten
        || Emptied
        || Scans > 0
        || IndexesBuilt.Count > 0
        || RowsInserted > 0
        || RowsUpdated > 0
        || RowsDeleted > 0;

    /// <summary>Its identity.</summary>
    [JsonIgnore]
    internal uint Oid { get; init; }

    /// <summary>The table at the top of its partitions, or itself.</summary>
    [JsonIgnore]
    internal uint Root { get; init; }

    /// <summary>Whether clients name it in queries.</summary>
    [JsonIgnore]
    internal bool IsQueried { get; init; }

    /// <summary>Whether it holds rows of its own, or its partitions do.</summary>
    [JsonIgnore]
    internal bool HoldsRows { get; init; }

    /// <summary>Whether the transaction may change rows of it.</summary>
    [JsonIgnore]
    internal bool Writable { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Relation} {string.Join(", ", LockModes)}";
}
