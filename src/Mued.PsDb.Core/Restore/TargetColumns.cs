using Npgsql;

namespace Mued.PsDb.Restore;

/// <summary>The columns of the tables to restore into, but for what their types are made of.</summary>
internal static class TargetColumns
{
    /// <summary>The query; the first column is the table's OID.</summary>
    // A default that calls a function of the user, or a sequence, is not asked: that could have an effect.
    public const string Sql =
        TargetScope.Tables
        + """
            SELECT t.oid, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
                a.atthasdef OR a.attidentity <> '' OR y.typdefaultbin IS NOT NULL, a.attgenerated <> '', a.attidentity = 'a',
                CASE WHEN a.attgenerated = '' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.objid = x.oid
                        AND (d.refclassid = 'pg_catalog.pg_proc'::regclass OR d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> t.oid))
                    THEN pg_catalog.pg_get_expr(x.adbin, x.adrelid) END,
                (a.attmissingval::text::text[])[1], a.attnum
            FROM t JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
            JOIN pg_catalog.pg_type AS y ON y.oid = a.atttypid
            LEFT JOIN pg_catalog.pg_attrdef AS x ON x.adrelid = a.attrelid AND x.adnum = a.attnum
            ORDER BY t.oid, a.attnum
            """;

    /// <summary>Reads a row.</summary>
    public static (short Number, RestoreTarget.Column Column) Read(NpgsqlDataReader row) =>
        (
            row.GetInt16(9),
            new(
                row.GetString(1),
                row.GetString(2),
                row.GetBoolean(3) && !row.GetBoolean(4),
                row.GetBoolean(3),
                row.GetBoolean(5),
                row.GetBoolean(6),
                row[7] as string,
                row[8] as string,
                []
            )
        );
}
