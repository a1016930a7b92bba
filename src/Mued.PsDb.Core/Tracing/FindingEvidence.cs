using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>What the server showed that a finding stands on.</summary>
public sealed record FindingEvidence
{
    /// <summary>The lock modes that the statement took on the relation, strongest last.</summary>
    public IReadOnlyList<string> LockModes
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <summary>Rows of the relation; null where that is not known, and then it counts as large.</summary>
    public long? Rows { get; init; }

    /// <summary>Bytes of the relation; null where that is not known.</summary>
    public long? Bytes { get; init; }

    /// <summary>Whether the relation's storage was written anew.</summary>
    public bool Rewritten { get; init; }

    /// <summary>How often the relation was read from end to end.</summary>
    public long Scans { get; init; }

    /// <summary>The indexes that were built.</summary>
    public IReadOnlyList<string> IndexesBuilt
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <summary>What else it is about: other relations, columns, constraints, functions that name them, lines of later statements.</summary>
    public IReadOnlyList<string> Objects
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", LockModes);
}
