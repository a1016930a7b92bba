using Npgsql;

namespace Mued.PsDb.Restore;

/// <summary>The sequences from which columns of the tables to restore into take their values.</summary>
internal static class TargetSequences
{
    /// <summary>The query; the first column is the table's OID.</summary>
    // Owned (serial, identity), or used by the column's default; a partition's may be those of the partitioned table's column.
    public const string Sql =
        TargetScope.Tables
        + """
            , o AS (
                SELECT t.oid, t.oid AS owner FROM t
                UNION
                SELECT t.oid, p.relid FROM t CROSS JOIN LATERAL pg_catalog.pg_partition_ancestors(t.oid) AS p (relid)
            ), s AS (
                SELECT o.oid, o.owner, d.refobjsubid AS number, d.objid AS sequence
                FROM o JOIN pg_catalog.pg_depend AS d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = o.owner AND d.refobjsubid > 0
                    AND d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
                UNION
                SELECT o.oid, o.owner, x.adnum, d.refobjid
                FROM o JOIN pg_catalog.pg_attrdef AS x ON x.adrelid = o.owner
                JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.objid = x.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass
            )
            SELECT DISTINCT s.oid, a.attname::text, n.nspname::text, c.relname::text, q.seqincrement, q.seqmin, q.seqmax
            FROM s
            JOIN pg_catalog.pg_class AS c ON c.oid = s.sequence AND c.relkind = 'S'
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = c.oid
            JOIN pg_catalog.pg_attribute AS a ON a.attrelid = s.owner AND a.attnum = s.number
            JOIN pg_catalog.pg_type AS y ON y.oid = a.atttypid
            WHERE coalesce(nullif(y.typbasetype, 0), y.oid) IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
            ORDER BY 3, 4
            """;

    /// <summary>Reads a row.</summary>
    public static RestoreTarget.Sequence Read(NpgsqlDataReader row) =>
        new(new(row.GetString(2), row.GetString(3)), row.GetString(1), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6));
}
