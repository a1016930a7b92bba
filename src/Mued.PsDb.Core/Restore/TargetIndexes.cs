using Npgsql;

namespace Mued.PsDb.Restore;

/// <summary>The unique indexes of the tables to restore into, the primary key first.</summary>
internal static class TargetIndexes
{
    /// <summary>The query; the first column is the table's OID.</summary>
    public const string Sql =
        TargetScope.Tables
        + """
            SELECT t.oid, ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, k, true) FROM generate_series(1, i.indnkeyatts) AS k ORDER BY k),
                pg_catalog.pg_get_expr(i.indpred, i.indrelid), NOT coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false), i.indimmediate,
                ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = i.indrelid AND a.attnum > 0
                    AND (a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1]) OR EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = i.indexrelid
                            AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = i.indrelid AND d.refobjsubid = a.attnum))),
                ARRAY(SELECT coalesce((SELECT format('OPERATOR(%I.%s)', s.nspname, o.oprname)
                        FROM pg_catalog.pg_amop AS m JOIN pg_catalog.pg_operator AS o ON o.oid = m.amopopr
                        JOIN pg_catalog.pg_namespace AS s ON s.oid = o.oprnamespace
                        WHERE m.amopfamily = c.opcfamily AND m.amoplefttype = c.opcintype AND m.amoprighttype = c.opcintype
                            AND m.amopmethod = 403 AND m.amopstrategy = 3), 'OPERATOR(pg_catalog.=)')
                    FROM generate_series(1, i.indnkeyatts) AS k JOIN pg_catalog.pg_opclass AS c ON c.oid = i.indclass[k - 1] ORDER BY k)
            FROM t JOIN pg_catalog.pg_index AS i ON i.indrelid = t.oid AND i.indisunique AND i.indisvalid
            ORDER BY t.oid, i.indisprimary DESC, i.indexrelid
            """;

    /// <summary>Reads a row.</summary>
    public static RestoreTarget.UniqueIndex Read(NpgsqlDataReader row) =>
        new(
            row.GetFieldValue<string[]>(1),
            row[2] as string,
            row.GetBoolean(3),
            row.GetBoolean(4),
            row.GetFieldValue<string[]>(5),
            row.GetFieldValue<string[]>(6)
        );
}
