namespace Mued.PsDb.Schema;

/// <summary>An object as pg_depend addresses it.</summary>
/// <param name="Class">The OID of the catalog that it is in.</param>
/// <param name="Oid">Its OID there.</param>
/// <param name="Column">The column's number, or 0 for the object itself.</param>
internal readonly record struct CatalogObject(uint Class, uint Oid, short Column = 0)
{
    /// <summary>The OID of pg_class, the same in every database.</summary>
    public const uint Relation = 1259;

    /// <summary>The OID of pg_largeobject, the same in every database.</summary>
    public const uint LargeObject = 2613;

    /// <summary>The object that a column belongs to; an object itself.</summary>
    public CatalogObject Whole => this with { Column = 0 };
}
