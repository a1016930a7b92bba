using System.Text.Json.Serialization;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Backups;

/// <summary>A sequence that vanishes or is set back, and where it stood: as a manifest records it.</summary>
internal sealed record SequenceState
{
    /// <summary>The sequence's schema.</summary>
    public required string Schema { get; init; }

    /// <summary>The sequence.</summary>
    public required string Sequence { get; init; }

    /// <summary>The schema of the table that a column of owns the sequence; null when none does.</summary>
    public string? TableSchema { get; init; }

    /// <summary>The table; null when no column owns the sequence.</summary>
    public string? Table { get; init; }

    /// <summary>The column that owns the sequence; null when none does.</summary>
    public string? Column { get; init; }

    /// <summary>The number that it gave out last, or gives out next where it is not called.</summary>
    public long LastValue { get; init; }

    /// <summary>Whether it has given that number out.</summary>
    public bool IsCalled { get; init; }

    /// <summary>Its OID, where it is known.</summary>
    [JsonIgnore]
    public uint Oid { get; init; }

    /// <summary>The number that it was made to begin with.</summary>
    [JsonIgnore]
    public long Start { get; init; }

    /// <summary>The step from number to number, negative for one that goes down.</summary>
    [JsonIgnore]
    public long Increment { get; init; }

    /// <summary>Whether it is not as it was made.</summary>
    [JsonIgnore]
    public bool Moved => IsCalled || LastValue != Start;

    /// <summary>The sequence's qualified name.</summary>
    [JsonIgnore]
    public ObjectName Name => new(Schema, Sequence);

    /// <summary>Where it stood.</summary>
    [JsonIgnore]
    public SequenceStanding Standing => new(LastValue, IsCalled, Increment);

    /// <summary>The report's view.</summary>
    public LostSequence ToLost() => new(Name.ToString(), LastValue, IsCalled);
}
