using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>How the addresses of objects are given to a query, as three arrays, and read from its rows, as three columns.</summary>
internal static class CatalogAddress
{
    /// <summary>A query for objects: $1 to $3 are their catalogs, OIDs and numbers of columns.</summary>
    public static NpgsqlBatchCommand Query(string sql, IReadOnlyList<CatalogObject> objects) =>
        new(sql)
        {
            Parameters =
            {
                ArrayParameter.Oids(objects.Select(item => item.Class)),
                ArrayParameter.Oids(objects.Select(item => item.Oid)),
                ArrayParameter.Numbers(objects.Select(item => (int)item.Column)),
            },
        };

    /// <summary>Reads an address from three columns, from the given one on.</summary>
    public static CatalogObject Read(NpgsqlDataReader reader, int column = 0) =>
        new(reader.GetFieldValue<uint>(column), reader.GetFieldValue<uint>(column + 1), (short)reader.GetInt32(column + 2));
}
