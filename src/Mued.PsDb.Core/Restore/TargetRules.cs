using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Restore;

/// <summary>The validated checks and foreign keys of the tables to restore into.</summary>
internal static class TargetRules
{
    /// <summary>The query; the first column is the table's OID.</summary>
    // A foreign key that is not validated, or not enforced, lets rows in that break it; then so does a restore.
    public const string Sql =
        TargetScope.Tables
        + """
            SELECT t.oid, top.nspname::text, top.relname::text, top.conname::text,
                ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u (number, place)
                    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.number ORDER BY u.place),
                CASE WHEN k.contype = 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END,
                n.nspname::text, f.relname::text,
                ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS u (number, place)
                    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = u.number ORDER BY u.place),
                coalesce(f.relkind = 'p', false), coalesce(pg_catalog.has_table_privilege(f.oid, 'SELECT'), false),
                CASE WHEN NOT k.condeferrable THEN 'NOT DEFERRABLE' WHEN k.condeferred THEN 'DEFERRABLE INITIALLY DEFERRED' ELSE 'DEFERRABLE INITIALLY IMMEDIATE' END,
                ARRAY(SELECT format('OPERATOR(%I.%s)', s.nspname, o.oprname)
                    FROM unnest(k.conpfeqop) WITH ORDINALITY AS u (operator, place) JOIN pg_catalog.pg_operator AS o ON o.oid = u.operator
                    JOIN pg_catalog.pg_namespace AS s ON s.oid = o.oprnamespace ORDER BY u.place)
            FROM t JOIN pg_catalog.pg_constraint AS k ON k.conrelid = t.oid AND k.contype IN ('c', 'f')
            CROSS JOIN LATERAL (
                WITH RECURSIVE up AS (
                    SELECT k.conname, k.conrelid, k.conparentid, 0 AS height
                    UNION ALL
                    SELECT p.conname, p.conrelid, p.conparentid, up.height + 1 FROM up JOIN pg_catalog.pg_constraint AS p ON p.oid = up.conparentid
                )
                SELECT n.nspname, c.relname, up.conname
                FROM up JOIN pg_catalog.pg_class AS c ON c.oid = up.conrelid JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                ORDER BY up.height DESC LIMIT 1
            ) AS top
            LEFT JOIN pg_catalog.pg_class AS f ON f.oid = k.confrelid AND k.contype = 'f'
            LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = f.relnamespace
            WHERE coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS p WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid)
            ORDER BY t.oid, k.contype, k.conname
            """;

    /// <summary>Reads a row.</summary>
    public static RestoreTarget.Rule Read(NpgsqlDataReader row) =>
        new(
            new(row.GetString(1), row.GetString(2)),
            row.GetString(3),
            row.GetFieldValue<string[]>(4),
            row[5] as string,
            row.IsDBNull(7) ? null : new ObjectName(row.GetString(6), row.GetString(7)),
            row.GetFieldValue<string[]>(8),
            row.GetBoolean(9),
            row.GetBoolean(10),
            row.GetString(11),
            row.GetFieldValue<string[]>(12)
        );
}
