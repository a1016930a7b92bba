using Mued.PsDb.Sql;

namespace Mued.PsDb.Tracing;

/// <summary>A relation as the catalog has it at one moment.</summary>
/// <param name="Oid">Its identity, which stays when it is renamed.</param>
/// <param name="Name">Its schema and name.</param>
/// <param name="Kind">pg_class.relkind.</param>
/// <param name="FileNode">Where its storage is; another number means that it was written anew.</param>
internal sealed record TracedRelation(uint Oid, ObjectName Name, char Kind, uint FileNode)
{
    /// <summary>The table that it is a partition of; 0 for none.</summary>
    public uint Parent { get; init; }

    /// <summary>Of an index, its table; else 0.</summary>
    public uint Table { get; init; }

    /// <summary>Of an index, whether queries may use it.</summary>
    public bool Valid { get; init; } = true;

    /// <summary>Of an index, whether it is one over expressions, of which ANALYZE keeps statistics of their own.</summary>
    public bool HasExpressions { get; init; }

    /// <summary>Of an index over the whole table, the numbers of its columns, in order.</summary>
    public IReadOnlyList<short> Keys { get; init; } = [];

    /// <summary>Of a sequence, the last value that it gives; else 0.</summary>
    public long MaxValue { get; init; }

    /// <summary>The columns.</summary>
    public IReadOnlyList<TracedColumn> Columns { get; init; } = [];

    /// <summary>The constraints.</summary>
    public IReadOnlyList<TracedConstraint> Constraints { get; init; } = [];

    /// <summary>Whether it holds rows of its own, or its partitions do.</summary>
    public bool IsTable => Kind is 'r' or 'p' or 'm';

    /// <summary>Whether clients name it in queries.</summary>
    public bool IsQueried => Kind is 'r' or 'p' or 'm' or 'v' or 'f';

    /// <summary>Whether it is an index.</summary>
    public bool IsIndex => Kind is 'i' or 'I';
}
