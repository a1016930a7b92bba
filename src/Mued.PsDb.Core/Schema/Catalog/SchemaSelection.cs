namespace Mued.PsDb.Schema;

/// <summary>
/// Single objects of a scope: of its tables and schemas only they are read, with what belongs to them, and in the very words of the
/// server, so that what is read can be made again.
/// </summary>
/// <param name="objects">The objects and columns, whole; null reads all that the tables and schemas have.</param>
/// <param name="containers">The relations that are read although only parts of them are wanted.</param>
internal sealed class SchemaSelection(IReadOnlySet<CatalogObject>? objects, IReadOnlySet<uint> containers)
{
    /// <summary>All objects of the named tables, and of the schemas those that are no relations.</summary>
    public static SchemaSelection All { get; } = new(null, new HashSet<uint>());

    /// <summary>Whether what is told of an object is read.</summary>
    /// <param name="item">The object.</param>
    /// <param name="relation">Whether it is told as a relation, which may be there for its parts only.</param>
    public bool Has(CatalogObject item, bool relation) =>
        objects is null || objects.Contains(item) || objects.Contains(item.Whole) || (relation && containers.Contains(item.Oid));
}
