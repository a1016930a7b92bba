namespace Mued.PsDb.Schema;

/// <summary>
/// One kind of object in the system catalogs: the query that finds it, set-based, for servers from 14 on, and the reading of its rows.
/// </summary>
/// <remarks>
/// Names are resolved by joins and never by casts to regclass, which fail where the role has no USAGE on a schema. Lists of names travel
/// as JSON text, so that no array type needs to be known to the client. Anything the server owns or an extension brought is not part of a
/// schema that a person wrote.
/// </remarks>
internal abstract class CatalogQuery
{
    private const string Scope = "WITH scope AS (SELECT s.oid FROM unnest(current_setting('mued.scope')::oid[]) AS s (oid))\n";

    /// <summary>The whole query.</summary>
    public string Sql => Scope + Select;

    /// <summary>When it is read.</summary>
    public virtual CatalogPart Part => CatalogPart.Core;

    /// <summary>
    /// How many parameters it has: $1 schemas that are read whole; $2 other objects by name, because an expectation names a type that no
    /// column may use any more; $3 relations that are left out.
    /// </summary>
    public virtual int Parameters => 0;

    /// <summary>What follows <c>scope</c>, which holds the oids of the relations that are read.</summary>
    protected abstract string Select { get; }

    /// <summary>What a row is about; every query says so in its columns class and object.</summary>
    public virtual CatalogObject ObjectOf(CatalogRow row) => new(row.Oid("class"), row.Oid("object"));

    /// <summary>Adds what a row says.</summary>
    public abstract void Read(CatalogRow row, SnapshotParts parts);
}
