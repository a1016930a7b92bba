namespace Mued.PsDb;

/// <summary>What a relation is (pg_class.relkind).</summary>
public enum RelationKind
{
    /// <summary>An ordinary table.</summary>
    Table,

    /// <summary>A partitioned table.</summary>
    PartitionedTable,

    /// <summary>A foreign table.</summary>
    ForeignTable,

    /// <summary>A view.</summary>
    View,

    /// <summary>A materialized view.</summary>
    MaterializedView,

    /// <summary>A composite type made by CREATE TYPE.</summary>
    CompositeType,
}
