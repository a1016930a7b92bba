using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>Reads what objects are, and their names; those that another session has dropped meanwhile have none.</summary>
internal static class CatalogNames
{
    private const string Sql = """
        SELECT v.classid, v.objid, v.number, i.type, i.identity
        FROM unnest($1, $2, $3) AS v (classid, objid, number)
        CROSS JOIN LATERAL pg_catalog.pg_identify_object(v.classid, v.objid, v.number) AS i
        WHERE i.identity IS NOT NULL
        """;

    /// <summary>Asks for the names of objects.</summary>
    public static BatchStep Query(IReadOnlyList<CatalogObject> objects) => CatalogAddress.Query(Sql, objects);

    /// <summary>Reads the answer.</summary>
    public static async Task<IReadOnlyDictionary<CatalogObject, (string Kind, string Name)>> ReadAsync(
        NpgsqlDataReader reader,
        CancellationToken cancellationToken
    ) =>
        (
            await reader
                .RowsAsync(row => (Object: CatalogAddress.Read(row), Kind: row.GetString(3), Name: row.GetString(4)), cancellationToken)
                .ConfigureAwait(false)
        ).ToDictionary(row => row.Object, row => (row.Kind, row.Name));
}
