using Mued.PsDb.Backups;
using Mued.PsDb.Sql;
using Npgsql;
using NpgsqlTypes;

namespace Mued.PsDb.Restore;

/// <summary>Reads the tables to restore into from the catalog, in one round trip.</summary>
internal static class RestoreTargetReader
{
    private const string Tables = """
        WITH RECURSIVE t AS (
            SELECT c.oid, n.nspname, c.relname, c.relkind, c.relhasrules
            FROM unnest($1, $2) AS v (nspname, relname)
            JOIN pg_catalog.pg_namespace AS n ON n.nspname = v.nspname
            JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = v.relname AND c.relkind IN ('r', 'p')
        )

        """;

    private const string TablesSql =
        Tables
        + """
            SELECT t.oid, t.nspname::text, t.relname::text, t.relkind = 'p',
                ARRAY(SELECT n.nspname::text FROM pg_catalog.pg_partition_ancestors(t.oid) AS p (relid) JOIN pg_catalog.pg_class AS c ON c.oid = p.relid
                    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid <> t.oid ORDER BY c.oid),
                ARRAY(SELECT c.relname::text FROM pg_catalog.pg_partition_ancestors(t.oid) AS p (relid) JOIN pg_catalog.pg_class AS c ON c.oid = p.relid
                    WHERE c.oid <> t.oid ORDER BY c.oid), t.relhasrules
            FROM t ORDER BY t.nspname, t.relname
            """;

    // A default that calls a function of the user, or a sequence, is not asked: that could have an effect.
    private const string ColumnsSql =
        Tables
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

    // A foreign key that is not validated, or not enforced, lets rows in that break it; then so does a restore.
    private const string RulesSql =
        Tables
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

    private const string IndexesSql =
        Tables
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

    private const string TriggersSql =
        Tables
        + """
            SELECT t.oid, 'TRIGGER', g.tgname::text, g.tgenabled::text
            FROM t JOIN pg_catalog.pg_trigger AS g ON g.tgrelid = t.oid AND NOT g.tgisinternal AND g.tgenabled <> 'D'
            UNION ALL
            SELECT t.oid, 'RULE', r.rulename::text, r.ev_enabled::text
            FROM t JOIN pg_catalog.pg_rewrite AS r ON r.ev_class = t.oid AND r.ev_type <> '1' AND r.ev_enabled <> 'D'
            ORDER BY 1, 2, 3
            """;

    private static readonly string PartsSql = Tables + TypePart.Query("ARRAY(SELECT t.oid FROM t)", with: ",");

    // Owned (serial, identity), or used by the column's default; a partition's may be those of the partitioned table's column.
    private const string SequencesSql =
        Tables
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

    /// <summary>Reads the tables that exist of some names.</summary>
    public static async Task<IReadOnlyDictionary<ObjectName, RestoreTarget>> ReadAsync(
        NpgsqlConnection connection,
        IReadOnlyList<ObjectName> names,
        CancellationToken cancellationToken
    )
    {
        using var batch = connection.Batch();
        foreach (var sql in (ReadOnlySpan<string>)[TablesSql, PartsSql, ColumnsSql, RulesSql, IndexesSql, TriggersSql, SequencesSql])
            batch.Add(
                new NpgsqlBatchCommand(sql)
                {
                    Parameters = { Texts(names.Select(name => name.Schema)), Texts(names.Select(name => name.Name)) },
                }
            );
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            var tables = (
                await RowsAsync(
                        reader,
                        r =>
                            (
                                Name: new ObjectName(r.GetString(1), r.GetString(2)),
                                Partitioned: r.GetBoolean(3),
                                Ancestors: r.GetFieldValue<string[]>(4)
                                    .Zip(r.GetFieldValue<string[]>(5), (schema, name) => new ObjectName(schema, name))
                                    .ToList(),
                                Ruled: r.GetBoolean(6)
                            ),
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            ).ToDictionary(row => row.Table, row => row.Item);
            var parts = (
                await RowsAsync(reader, r => (Column: r.GetInt16(1), Part: new TypePart(r.GetString(2), r.GetString(3))), cancellationToken)
                    .ConfigureAwait(false)
            ).ToLookup(row => (row.Table, row.Item.Column), row => row.Item.Part);
            var columns = (
                await RowsAsync(
                        reader,
                        r => new RestoreTarget.Column(
                            r.GetString(1),
                            r.GetString(2),
                            r.GetBoolean(3) && !r.GetBoolean(4),
                            r.GetBoolean(3),
                            r.GetBoolean(5),
                            r.GetBoolean(6),
                            Text(r, 7),
                            Text(r, 8),
                            [.. parts[(r.GetFieldValue<uint>(0), r.GetInt16(9))]]
                        ),
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            ).ToLookup(row => row.Table, row => row.Item);
            var rules = (
                await RowsAsync(
                        reader,
                        r => new RestoreTarget.Rule(
                            new(r.GetString(1), r.GetString(2)),
                            r.GetString(3),
                            r.GetFieldValue<string[]>(4),
                            Text(r, 5),
                            r.IsDBNull(7) ? null : new ObjectName(r.GetString(6), r.GetString(7)),
                            r.GetFieldValue<string[]>(8),
                            r.GetBoolean(9),
                            r.GetBoolean(10),
                            r.GetString(11),
                            r.GetFieldValue<string[]>(12)
                        ),
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            ).ToLookup(row => row.Table, row => row.Item);
            var indexes = (
                await RowsAsync(
                        reader,
                        r => new RestoreTarget.UniqueIndex(
                            r.GetFieldValue<string[]>(1),
                            Text(r, 2),
                            r.GetBoolean(3),
                            r.GetBoolean(4),
                            r.GetFieldValue<string[]>(5),
                            r.GetFieldValue<string[]>(6)
                        ),
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            ).ToLookup(row => row.Table, row => row.Item);
            var triggers = (
                await RowsAsync(
                        reader,
                        r => new RestoreTarget.Trigger(
                            tables[r.GetFieldValue<uint>(0)].Name,
                            r.GetString(1),
                            r.GetString(2),
                            r.GetString(3)[0]
                        ),
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            ).ToLookup(row => row.Table, row => row.Item);
            var sequences = (
                await RowsAsync(
                        reader,
                        r => new RestoreTarget.Sequence(
                            new(r.GetString(2), r.GetString(3)),
                            r.GetString(1),
                            r.GetInt64(4),
                            r.GetInt64(5),
                            r.GetInt64(6)
                        ),
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            ).ToLookup(row => row.Table, row => row.Item);
            return tables.ToDictionary(
                table => table.Value.Name,
                table => new RestoreTarget(table.Key, table.Value.Name)
                {
                    Partitioned = table.Value.Partitioned,
                    Ancestors = table.Value.Ancestors,
                    Ruled = table.Value.Ruled,
                    Columns = columns[table.Key].ToDictionary(column => column.Name, StringComparer.Ordinal),
                    Rules = [.. rules[table.Key]],
                    UniqueIndexes = [.. indexes[table.Key]],
                    Triggers = [.. triggers[table.Key]],
                    Sequences = [.. sequences[table.Key]],
                }
            );
        }
    }

    private static async Task<List<(uint Table, T Item)>> RowsAsync<T>(
        NpgsqlDataReader reader,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken
    )
    {
        var rows = new List<(uint, T)>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            rows.Add((reader.GetFieldValue<uint>(0), read(reader)));
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        return rows;
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static NpgsqlParameter Texts(IEnumerable<string> texts) =>
        new() { Value = texts.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
}
