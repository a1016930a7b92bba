using Npgsql;
using NpgsqlTypes;

namespace Mued.PsDb;

/// <summary>Reads the tables to restore into from the catalog, in one round trip.</summary>
internal static class RestoreTargetReader
{
    private const string Tables = """
        WITH t AS (
            SELECT c.oid, n.nspname, c.relname
            FROM unnest($1, $2) AS v (nspname, relname)
            JOIN pg_catalog.pg_namespace AS n ON n.nspname = v.nspname
            JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = v.relname AND c.relkind IN ('r', 'p')
        )

        """;

    private const string TablesSql = Tables + "SELECT oid, nspname::text, relname::text FROM t ORDER BY nspname, relname";

    // A default that calls a function of the user, or a sequence, is not asked: that could have an effect.
    private const string ColumnsSql = Tables + """
        SELECT t.oid, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
            a.atthasdef OR a.attidentity <> '' OR y.typdefaultbin IS NOT NULL, a.attgenerated <> '', a.attidentity = 'a',
            CASE WHEN a.attgenerated = '' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                WHERE d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.objid = x.oid
                    AND (d.refclassid = 'pg_catalog.pg_proc'::regclass OR d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> t.oid))
                THEN pg_catalog.pg_get_expr(x.adbin, x.adrelid) END
        FROM t JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_catalog.pg_type AS y ON y.oid = a.atttypid
        LEFT JOIN pg_catalog.pg_attrdef AS x ON x.adrelid = a.attrelid AND x.adnum = a.attnum
        ORDER BY t.oid, a.attnum
        """;

    // A foreign key that is not validated, or not enforced, lets rows in that break it; then so does a restore.
    private const string RulesSql = Tables + """
        SELECT t.oid, k.conname::text,
            ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u (number, place)
                JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.number ORDER BY u.place),
            CASE WHEN k.contype = 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END,
            n.nspname::text, f.relname::text,
            ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS u (number, place)
                JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = u.number ORDER BY u.place),
            CASE WHEN NOT k.condeferrable THEN 'NOT DEFERRABLE' WHEN k.condeferred THEN 'DEFERRABLE INITIALLY DEFERRED' ELSE 'DEFERRABLE INITIALLY IMMEDIATE' END
        FROM t JOIN pg_catalog.pg_constraint AS k ON k.conrelid = t.oid AND k.contype IN ('c', 'f')
        LEFT JOIN pg_catalog.pg_class AS f ON f.oid = k.confrelid AND k.contype = 'f'
        LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = f.relnamespace
        WHERE coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS p WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid)
        ORDER BY t.oid, k.contype, k.conname
        """;

    private const string IndexesSql = Tables + """
        SELECT t.oid, ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, k, true) FROM generate_series(1, i.indnkeyatts) AS k ORDER BY k),
            pg_catalog.pg_get_expr(i.indpred, i.indrelid), NOT coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false)
        FROM t JOIN pg_catalog.pg_index AS i ON i.indrelid = t.oid AND i.indisunique AND i.indisvalid
        ORDER BY t.oid, i.indisprimary DESC, i.indexrelid
        """;

    private const string TriggersSql = Tables + """
        SELECT t.oid, g.tgname::text, g.tgenabled = 'A'
        FROM t JOIN pg_catalog.pg_trigger AS g ON g.tgrelid = t.oid AND NOT g.tgisinternal AND g.tgenabled IN ('O', 'A')
        ORDER BY t.oid, g.tgname
        """;

    // Owned (serial, identity), or used by the column's default.
    private const string SequencesSql = Tables + """
        , s AS (
            SELECT t.oid, d.refobjsubid AS number, d.objid AS sequence
            FROM t JOIN pg_catalog.pg_depend AS d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = t.oid AND d.refobjsubid > 0
                AND d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
            UNION
            SELECT t.oid, x.adnum, d.refobjid
            FROM t JOIN pg_catalog.pg_attrdef AS x ON x.adrelid = t.oid
            JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.objid = x.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass
        )
        SELECT s.oid, a.attname::text, n.nspname::text, c.relname::text, q.seqincrement
        FROM s
        JOIN pg_catalog.pg_class AS c ON c.oid = s.sequence AND c.relkind = 'S'
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = c.oid
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = s.oid AND a.attnum = s.number
        ORDER BY n.nspname, c.relname
        """;

    /// <summary>Reads the tables that exist of some names.</summary>
    public static async Task<IReadOnlyDictionary<ObjectName, RestoreTarget>> ReadAsync(
        NpgsqlConnection connection, IReadOnlyList<ObjectName> names, CancellationToken cancellationToken)
    {
        using var batch = new NpgsqlBatch(connection) { BatchCommands = { new("SAVEPOINT mued_target"), new("SELECT set_config('search_path', 'pg_catalog', true)") } };
        foreach (var sql in (ReadOnlySpan<string>)[TablesSql, ColumnsSql, RulesSql, IndexesSql, TriggersSql, SequencesSql])
            batch.BatchCommands.Add(new(sql) { Parameters = { Texts(names.Select(name => name.Schema)), Texts(names.Select(name => name.Name)) } });
        batch.BatchCommands.Add(new("ROLLBACK TO SAVEPOINT mued_target"));
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            var tables = (await RowsAsync(reader, r => new ObjectName(r.GetString(1), r.GetString(2)), cancellationToken).ConfigureAwait(false)).ToDictionary(row => row.Table, row => row.Item);
            var columns = (await RowsAsync(reader, r => new RestoreTarget.Column(
                r.GetString(1), r.GetString(2), r.GetBoolean(3) && !r.GetBoolean(4), r.GetBoolean(3), r.GetBoolean(5), r.GetBoolean(6), Text(r, 7)), cancellationToken).ConfigureAwait(false))
                .ToLookup(row => row.Table, row => row.Item);
            var rules = (await RowsAsync(reader, r => new RestoreTarget.Rule(tables[r.GetFieldValue<uint>(0)], r.GetString(1), r.GetFieldValue<string[]>(2), Text(r, 3),
                r.IsDBNull(5) ? null : new ObjectName(r.GetString(4), r.GetString(5)), r.GetFieldValue<string[]>(6), r.GetString(7)), cancellationToken).ConfigureAwait(false))
                .ToLookup(row => row.Table, row => row.Item);
            var indexes = (await RowsAsync(reader, r => new RestoreTarget.UniqueIndex(r.GetFieldValue<string[]>(1), Text(r, 2), r.GetBoolean(3)), cancellationToken).ConfigureAwait(false))
                .ToLookup(row => row.Table, row => row.Item);
            var triggers = (await RowsAsync(reader, r => new RestoreTarget.Trigger(tables[r.GetFieldValue<uint>(0)], r.GetString(1), r.GetBoolean(2)), cancellationToken).ConfigureAwait(false))
                .ToLookup(row => row.Table, row => row.Item);
            var sequences = (await RowsAsync(reader, r => new RestoreTarget.Sequence(new(r.GetString(2), r.GetString(3)), r.GetString(1), r.GetInt64(4)), cancellationToken).ConfigureAwait(false))
                .ToLookup(row => row.Table, row => row.Item);
            return tables.ToDictionary(table => table.Value, table => new RestoreTarget(table.Key, table.Value)
            {
                Columns = columns[table.Key].ToDictionary(column => column.Name, StringComparer.Ordinal),
                Rules = [.. rules[table.Key]],
                UniqueIndexes = [.. indexes[table.Key]],
                Triggers = [.. triggers[table.Key]],
                Sequences = [.. sequences[table.Key]],
            });
        }
    }

    private static async Task<List<(uint Table, T Item)>> RowsAsync<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<(uint, T)>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            rows.Add((reader.GetFieldValue<uint>(0), read(reader)));
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        return rows;
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static NpgsqlParameter Texts(IEnumerable<string> texts) => new() { Value = texts.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
}
