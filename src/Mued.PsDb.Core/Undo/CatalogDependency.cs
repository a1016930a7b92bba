using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>A row of pg_depend.</summary>
/// <param name="Dependent">What depends.</param>
/// <param name="On">What it depends on.</param>
/// <param name="Kind">deptype: <c>n</c> for normal; every other kind means that the dependent is part of the other.</param>
internal readonly record struct CatalogDependency(CatalogObject Dependent, CatalogObject On, char Kind)
{
    private const string Sql = """
        SELECT d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid, d.deptype::text
        FROM unnest($1, $2, $3) AS v (classid, objid, number) JOIN pg_catalog.pg_depend AS d ON d.classid = v.classid AND d.objid = v.objid
        """;

    /// <summary>Asks for what objects depend on.</summary>
    public static BatchStep Query(IReadOnlyList<CatalogObject> objects) => CatalogAddress.Query(Sql, objects);

    /// <summary>Reads the answer.</summary>
    public static Task<List<CatalogDependency>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken) =>
        reader.RowsAsync(
            row => new CatalogDependency(CatalogAddress.Read(row), CatalogAddress.Read(row, 3), row.GetString(6)[0]),
            cancellationToken
        );
}
