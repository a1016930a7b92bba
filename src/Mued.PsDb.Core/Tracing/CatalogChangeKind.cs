namespace Mued.PsDb;

/// <summary>What became of an object.</summary>
public enum CatalogChangeKind : long
{
    /// <summary>A table, view, materialized view or foreign table is new.</summary>
    RelationAdded,

    /// <summary>It is gone.</summary>
    RelationDropped,

    /// <summary>It has another name or schema.</summary>
    RelationRenamed,

    /// <summary>A column is new.</summary>
    ColumnAdded,

    /// <summary>It is gone.</summary>
    ColumnDropped,

    /// <summary>It has another name.</summary>
    ColumnRenamed,

    /// <summary>It has another type, or other modifiers of its type.</summary>
    ColumnTypeChanged,

    /// <summary>It refuses null from now on.</summary>
    ColumnNotNull,

    /// <summary>A constraint is new, and all rows were checked.</summary>
    ConstraintAdded,

    /// <summary>A constraint is new, and holds for new rows only (NOT VALID).</summary>
    ConstraintAddedNotValid,

    /// <summary>The rows were checked.</summary>
    ConstraintValidated,

    /// <summary>It is gone.</summary>
    ConstraintDropped,

    /// <summary>An index is new.</summary>
    IndexAdded,

    /// <summary>It was built anew.</summary>
    IndexRebuilt,

    /// <summary>It is gone.</summary>
    IndexDropped,

    /// <summary>A sequence is new.</summary>
    SequenceAdded,
}
