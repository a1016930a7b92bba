using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>Tells by the transaction ids in the catalog what some transactions made, and whether others had a hand in it.</summary>
/// <param name="Made">What they made.</param>
/// <param name="Touched">Whether others are known to have made, altered, commented or granted anything of it.</param>
internal sealed record MadeObjects(IReadOnlySet<CatalogObject> Made, bool Touched)
{
    // The rows of pg_depend are written when an object is made, and stay when it is altered, renamed, commented, granted or analyzed, or the
    // catalog is vacuumed. What is moved to another schema, and a function that is replaced, have new ones: then who did that made it.
    private const string MadeSql = """
        SELECT v.classid, v.objid, v.number
        FROM unnest($1, $2, $3) AS v (classid, objid, number)
        WHERE EXISTS (SELECT FROM pg_catalog.pg_depend AS d
            WHERE d.classid = v.classid AND d.objid = v.objid AND (v.number = 0 OR d.objsubid = v.number) AND d.xmin = ANY ($4::xid8[]::xid[]))
        """;

    // The catalogs whose rows people write and everybody may read, and the column that tells whose they are. That of indexes is left out: to make one
    // concurrently takes transactions of which the history knows nothing.
    private static readonly (string Catalog, string Rows, string Whose)[] Catalogs =
    [
        ("pg_class", "pg_class", "oid"),
        ("pg_class", "pg_attribute", "attrelid"),
        ("pg_class", "pg_sequence", "seqrelid"),
        ("pg_class", "pg_foreign_table", "ftrelid"),
        ("pg_type", "pg_type", "oid"),
        ("pg_type", "pg_enum", "enumtypid"),
        ("pg_ts_config", "pg_ts_config", "oid"),
        ("pg_ts_config", "pg_ts_config_map", "mapcfg"),
        .. new[]
        {
            "pg_collation",
            "pg_constraint",
            "pg_conversion",
            "pg_event_trigger",
            "pg_extension",
            "pg_foreign_data_wrapper",
            "pg_foreign_server",
            "pg_language",
            "pg_namespace",
            "pg_opclass",
            "pg_operator",
            "pg_opfamily",
            "pg_policy",
            "pg_proc",
            "pg_publication",
            "pg_rewrite",
            "pg_statistic_ext",
            "pg_trigger",
            "pg_ts_dict",
        }.Select(catalog => (catalog, catalog, "oid")),
    ];

    // Whether anything was made, altered, commented or granted by others: a row of a catalog that none of the transactions wrote.
    private static readonly string TouchedSql = $"""
        WITH v AS (SELECT DISTINCT classid, objid FROM unnest($1, $2, $3) AS v (classid, objid, number)), written (xmin) AS (
            SELECT d.xmin FROM v JOIN pg_catalog.pg_depend AS d ON d.classid = v.classid AND d.objid = v.objid
            UNION ALL SELECT d.xmin FROM v JOIN pg_catalog.pg_description AS d ON d.classoid = v.classid AND d.objoid = v.objid
            {string.Join(
            '\n',
            Catalogs.Select(item =>
                $"UNION ALL SELECT x.xmin FROM v JOIN pg_catalog.{item.Rows} AS x ON v.classid = 'pg_catalog.{item.Catalog}'::regclass AND x.{item.Whose} = v.objid"
            )
        )}
        )
        SELECT EXISTS (SELECT FROM written WHERE xmin <> ALL ($4::xid8[]::xid[]))
        """;

    /// <summary>Asks for what the transactions made of some objects.</summary>
    public static IEnumerable<BatchStep> Query(IReadOnlyList<CatalogObject> objects, IReadOnlyList<ulong> transactions)
    {
        var made = CatalogAddress.Query(MadeSql, objects);
        made.Parameters.Add(ArrayParameter.Transactions(transactions));
        var touched = CatalogAddress.Query(TouchedSql, objects);
        touched.Parameters.Add(ArrayParameter.Transactions(transactions));
        return [made, touched];
    }

    /// <summary>Reads the answers.</summary>
    public static async Task<MadeObjects> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var made = await reader.RowsAsync(row => CatalogAddress.Read(row), cancellationToken).ConfigureAwait(false);
        var touched = await reader.RowsAsync(row => row.GetBoolean(0), cancellationToken).ConfigureAwait(false);
        return new(made.ToHashSet(), touched[0]);
    }
}
