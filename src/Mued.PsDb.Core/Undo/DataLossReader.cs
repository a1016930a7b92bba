using Mued.PsDb.Backups;
using Mued.PsDb.Runs;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;
using NpgsqlTypes;

namespace Mued.PsDb.Undo;

/// <summary>
/// Describes what a rehearsal did, from the catalog as it is before, in one round trip; in two when it rewrote tables, to see whether
/// they hold rows.
/// </summary>
/// <param name="connection">The database.</param>
/// <param name="difference">What the scripts do to the catalog.</param>
/// <param name="transactions">The transactions in which the migrations ran that are taken back, as far as the history tells.</param>
internal sealed class DataLossReader(NpgsqlConnection connection, CatalogDifference difference, IReadOnlyList<ulong> transactions)
{
    private const string SequencesSql = """
        SELECT c.oid, n.nspname::text, c.relname::text, q.seqstart, tn.nspname::text, t.relname::text, a.attname::text
        FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = c.oid
        LEFT JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
            AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
        LEFT JOIN pg_catalog.pg_class AS t ON t.oid = d.refobjid
        LEFT JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.relnamespace
        LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
        WHERE c.oid = ANY($1) AND c.relpersistence <> 't'
        ORDER BY n.nspname, c.relname
        """;

    private const string DependenciesSql = """
        SELECT d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid, d.deptype::text
        FROM unnest($1, $2) AS v (classid, objid) JOIN pg_catalog.pg_depend AS d ON d.classid = v.classid AND d.objid = v.objid
        """;

    // The rows of pg_depend are written when an object is made, and stay when it is altered, renamed, commented, granted or analyzed, or the
    // catalog is vacuumed. What is moved to another schema, and a function that is replaced, have new ones: then who did that made it.
    private const string MadeSql = """
        SELECT v.classid, v.objid, v.number
        FROM unnest($1, $2, $3) AS v (classid, objid, number)
        WHERE EXISTS (SELECT FROM pg_catalog.pg_depend AS d
            WHERE d.classid = v.classid AND d.objid = v.objid AND (v.number = 0 OR d.objsubid = v.number) AND d.xmin = ANY ($4::xid8[]::xid[]))
        """;

    // Whether anything was made, altered, commented or granted by others: a row of a catalog that none of the transactions wrote.
    private const string TouchedSql = """
        WITH v AS (SELECT * FROM unnest($1, $2) AS v (classid, objid)), written (xmin) AS (
            SELECT d.xmin FROM v JOIN pg_catalog.pg_depend AS d ON d.classid = v.classid AND d.objid = v.objid
            UNION ALL SELECT d.xmin FROM v JOIN pg_catalog.pg_description AS d ON d.classoid = v.classid AND d.objoid = v.objid
            UNION ALL SELECT x.xmin FROM v JOIN pg_catalog.pg_class AS x ON v.classid = 'pg_catalog.pg_class'::regclass AND x.oid = v.objid
            UNION ALL SELECT x.xmin FROM v JOIN pg_catalog.pg_attribute AS x
                ON v.classid = 'pg_catalog.pg_class'::regclass AND x.attrelid = v.objid AND x.attnum > 0
            UNION ALL SELECT x.xmin FROM v JOIN pg_catalog.pg_trigger AS x ON v.classid = 'pg_catalog.pg_trigger'::regclass AND x.oid = v.objid
            UNION ALL SELECT x.xmin FROM v JOIN pg_catalog.pg_rewrite AS x ON v.classid = 'pg_catalog.pg_rewrite'::regclass AND x.oid = v.objid
            UNION ALL SELECT x.xmin FROM v JOIN pg_catalog.pg_policy AS x ON v.classid = 'pg_catalog.pg_policy'::regclass AND x.oid = v.objid
            UNION ALL SELECT x.xmin FROM v JOIN pg_catalog.pg_constraint AS x ON v.classid = 'pg_catalog.pg_constraint'::regclass AND x.oid = v.objid
            UNION ALL SELECT x.xmin FROM v JOIN pg_catalog.pg_proc AS x ON v.classid = 'pg_catalog.pg_proc'::regclass AND x.oid = v.objid
            UNION ALL SELECT x.xmin FROM v JOIN pg_catalog.pg_type AS x ON v.classid = 'pg_catalog.pg_type'::regclass AND x.oid = v.objid
        )
        SELECT EXISTS (SELECT FROM written WHERE xmin <> ALL ($3::xid8[]::xid[]))
        """;

    private const string NamesSql = """
        SELECT v.classid, v.objid, v.number, i.type, i.identity
        FROM unnest($1, $2, $3) AS v (classid, objid, number)
        CROSS JOIN LATERAL pg_catalog.pg_identify_object(v.classid, v.objid, v.number) AS i
        WHERE i.identity IS NOT NULL
        """;

    // The counters of this transaction; those of a savepoint that was rolled back stay in (PostgreSQL manual, Cumulative Statistics).
    private const string ChangesSql = """
        SELECT relid, pg_catalog.format('%I.%I', schemaname, relname), n_tup_upd, n_tup_del
        FROM pg_catalog.pg_stat_xact_user_tables WHERE n_tup_upd + n_tup_del > 0 AND NOT relid = ANY($1) ORDER BY 2
        """;

    // A column's type may hold a vanishing attribute at any depth: in an array, a domain, a range or another composite type. The last
    // columns: whether this role can see every row, and whether there is a file to look into, which waits for the table's lock and so is no
    // condition, as that might be put to all tables.
    private const string RewritesSql = """
        WITH RECURSIVE containing (inner_type, outer_type) AS (
            SELECT typelem, oid FROM pg_catalog.pg_type WHERE typelem >= 16384
            UNION ALL
            SELECT typbasetype, oid FROM pg_catalog.pg_type WHERE typbasetype >= 16384
            UNION ALL
            SELECT rngsubtype, unnest(ARRAY[rngtypid, rngmultitypid]) FROM pg_catalog.pg_range WHERE rngsubtype >= 16384
            UNION ALL
            SELECT a.atttypid, c.reltype
            FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
            WHERE a.atttypid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped AND c.reltype <> 0
        ), holding (part, type) AS (
            SELECT c.oid, c.reltype FROM pg_catalog.pg_class AS c WHERE c.oid IN (SELECT v.oid FROM unnest($3, $4) AS v (oid, number) WHERE v.number > 0)
            UNION
            SELECT h.part, t.outer_type FROM holding AS h JOIN containing AS t ON t.inner_type = h.type
        ), rewritten (oid, number, attribute) AS (
            SELECT v.oid, v.number, NULL FROM unnest($1, $2) AS v (oid, number)
            UNION ALL
            SELECT a.attrelid, a.attnum, i.identity
            FROM holding AS h
            JOIN pg_catalog.pg_attribute AS a ON a.atttypid = h.type AND a.atttypid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped
            JOIN unnest($3, $4) AS v (oid, number) ON v.oid = h.part AND v.number > 0
            CROSS JOIN LATERAL pg_catalog.pg_identify_object('pg_catalog.pg_class'::regclass, v.oid, v.number) AS i
            WHERE i.identity IS NOT NULL
                AND NOT EXISTS (SELECT FROM unnest($3, $4) AS gone (oid, number) WHERE gone.oid = a.attrelid AND gone.number IN (0, a.attnum))
        )
        SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), pg_catalog.quote_ident(a.attname), w.attribute,
            pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT') AND NOT pg_catalog.row_security_active(c.oid),
            pg_catalog.pg_relation_size(c.oid) > 0, c.oid, w.number
        FROM rewritten AS w
        JOIN pg_catalog.pg_class AS c ON c.oid = w.oid AND c.relkind = 'r' AND c.relpersistence <> 't'
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = w.oid AND a.attnum = w.number AND w.number > 0
        ORDER BY n.nspname, c.relname, w.number, w.attribute
        """;

    private readonly IReadOnlyList<CatalogObject> vanished = difference.Vanished;

    /// <summary>
    /// Reads the tables that hold rows, and the dependents by their names. What is not there any more was another session's, which
    /// dropped it meanwhile.
    /// </summary>
    public async Task<DataLoss> ReadAsync(bool lockTables, CancellationToken cancellationToken)
    {
        var oids = vanished.Where(item => item.Class == CatalogObject.Relation).Select(item => item.Oid).Distinct().ToArray();
        using var batch = connection.Batch();
        if (lockTables && oids.Length > 0)
            batch.Add(TableLock.On(oids), SequenceLock.On(oids));
        batch.Add("SAVEPOINT mued_describe");

        // Compiling the queries takes longer than running them, yet in a large catalog the server thinks it worth while.
        batch.Add("SELECT set_config('jit', 'off', true)");
        batch.Add(new NpgsqlBatchCommand(SequencesSql) { Parameters = { Parameter(oids) } });
        batch.Add(TableFacts.Query(oids));
        var (classes, objects) = (vanished.Select(item => item.Class).ToArray(), vanished.Select(item => item.Oid).ToArray());
        batch.Add(new NpgsqlBatchCommand(DependenciesSql) { Parameters = { Parameter(classes), Parameter(objects) } });
        batch.Add(
            new NpgsqlBatchCommand(NamesSql)
            {
                Parameters = { Parameter(classes), Parameter(objects), Parameter(vanished.Select(item => (int)item.Column).ToArray()) },
            }
        );
        batch.Add(
            new NpgsqlBatchCommand(MadeSql)
            {
                Parameters =
                {
                    Parameter(classes),
                    Parameter(objects),
                    Parameter(vanished.Select(item => (int)item.Column).ToArray()),
                    Transactions(),
                },
            }
        );
        batch.Add(new NpgsqlBatchCommand(TouchedSql) { Parameters = { Parameter(classes), Parameter(objects), Transactions() } });
        batch.Add(
            new NpgsqlBatchCommand(ChangesSql)
            {
                Parameters =
                {
                    Parameter(
                        vanished.Where(item => item is { Class: CatalogObject.Relation, Column: 0 }).Select(item => item.Oid).ToArray()
                    ),
                },
            }
        );
        var gone = vanished.Where(item => item.Class == CatalogObject.Relation).ToList();
        batch.Add(
            new NpgsqlBatchCommand(RewritesSql)
            {
                Parameters =
                {
                    Parameter(difference.Rewritten.Select(item => item.Oid).ToArray()),
                    Parameter(difference.Rewritten.Select(item => (int)item.Column).ToArray()),
                    Parameter(gone.Select(item => item.Oid).ToArray()),
                    Parameter(gone.Select(item => (int)item.Column).ToArray()),
                },
            }
        );
        batch.Add("ROLLBACK TO SAVEPOINT mued_describe");

        var loss = DataLoss.None;
        List<(DataLoss.Rewrite Rewrite, bool Readable, bool Filled)> rewrites;
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            var sequences = await reader.RowsAsync(Sequence, cancellationToken).ConfigureAwait(false);
            var tables = await TableFacts.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
            var edges = await reader
                .RowsAsync(
                    r => new CatalogDependency(
                        new(Oid(r, 0), Oid(r, 1), (short)r.GetInt32(2)),
                        new(Oid(r, 3), Oid(r, 4), (short)r.GetInt32(5)),
                        r.GetString(6)[0]
                    ),
                    cancellationToken
                )
                .ConfigureAwait(false);
            var names = (
                await reader
                    .RowsAsync(
                        r =>
                            (
                                Object: new CatalogObject(Oid(r, 0), Oid(r, 1), (short)r.GetInt32(2)),
                                Kind: r.GetString(3),
                                Name: r.GetString(4)
                            ),
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            ).ToDictionary(row => row.Object, row => (row.Kind, row.Name));

            var made = (
                await reader
                    .RowsAsync(r => new CatalogObject(Oid(r, 0), Oid(r, 1), (short)r.GetInt32(2)), cancellationToken)
                    .ConfigureAwait(false)
            ).ToHashSet();
            var touched = await reader.RowsAsync(r => r.GetBoolean(0), cancellationToken).ConfigureAwait(false);
            var changes = await reader
                .RowsAsync(r => new DataLoss.Change(Oid(r, 0), r.GetString(1), r.GetInt64(2), r.GetInt64(3)), cancellationToken)
                .ConfigureAwait(false);
            rewrites = await reader
                .RowsAsync(
                    r =>
                        (
                            Rewrite: new DataLoss.Rewrite(Oid(r, 5), (short)r.GetInt32(6), r.GetString(0), r[1] as string, r[2] as string),
                            Readable: r.GetBoolean(3),
                            Filled: !r.IsDBNull(4) && r.GetBoolean(4)
                        ),
                    cancellationToken
                )
                .ConfigureAwait(false);
            rewrites.RemoveAll(row => !row.Filled);

            var relations = tables.Select(Relation).ToList();
            var dependents = DependencyGraph
                .Dependents(vanished, edges)
                .Where(pair => !made.Contains(pair.Object) && names.ContainsKey(pair.Object) && names.ContainsKey(pair.On.Whole))
                .Select(pair => new DependentObject(
                    names[pair.Object].Kind,
                    names[pair.Object].Name,
                    (names.TryGetValue(pair.On, out var on) ? on : names[pair.On.Whole]).Name
                ))
                .OrderBy(dependent => dependent.Kind, StringComparer.Ordinal)
                .ThenBy(dependent => dependent.Name, StringComparer.Ordinal)
                .ToList();
            loss = new(relations, [], sequences, dependents, changes, [], names.Count > 0)
            {
                Roots = DependencyGraph.Roots(vanished, edges),
                Made = made,
                Touched = touched[0],
            };
        }

        if (rewrites.Count == 0)
            return loss;
        var empty = await EmptyAsync(
                [.. rewrites.Where(row => row.Readable).Select(row => row.Rewrite.Table).Distinct()],
                cancellationToken
            )
            .ConfigureAwait(false);
        return loss with { Rewrites = [.. rewrites.Select(row => row.Rewrite).Where(rewrite => !empty.Contains(rewrite.Table))] };
    }

    /// <summary>Which of the tables hold no row although they have a file: all their rows are deleted, and not vacuumed away yet.</summary>
    private async Task<HashSet<string>> EmptyAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        using var batch = connection.Batch([
            TableLock.ForReading([.. tables.Select(ObjectName.Parse)]),
            .. tables.Select(table => $"SELECT EXISTS (SELECT FROM ONLY {table})"),
            "ROLLBACK TO SAVEPOINT mued_describe",
        ]);
        var empty = new HashSet<string>();
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            foreach (var table in tables)
            {
                if ((await reader.RowsAsync(r => r.GetBoolean(0), cancellationToken).ConfigureAwait(false)) is [false])
                    empty.Add(table);
            }
        }

        return empty;
    }

    private LostRelation Relation(TableFacts table)
    {
        var lost = vanished
            .Where(item => item.Class == CatalogObject.Relation && item.Oid == table.Oid && item.Column != 0)
            .Select(item => item.Column)
            .ToHashSet();

        // A key by which the rows are found again must itself stay.
        return new(
            table.Oid,
            table.Name,
            lost.Count == 0,
            table.Stored,
            [.. table.Columns.Select(column => column.Column).Where(column => lost.Contains(column.Number))],
            table.KeyWithout(lost)
        );
    }

    private static SequenceState Sequence(NpgsqlDataReader reader) =>
        new()
        {
            Oid = Oid(reader, 0),
            Schema = reader.GetString(1),
            Sequence = reader.GetString(2),
            Start = reader.GetInt64(3),
            TableSchema = reader[4] as string,
            Table = reader[5] as string,
            Column = reader[6] as string,
        };

    private static uint Oid(NpgsqlDataReader reader, int column) => reader.GetFieldValue<uint>(column);

    private NpgsqlParameter Transactions() =>
        new() { Value = transactions.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Xid8 };

    private static NpgsqlParameter Parameter(uint[] oids) => new() { Value = oids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Oid };

    private static NpgsqlParameter Parameter(int[] numbers) =>
        new() { Value = numbers, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer };

    private static NpgsqlParameter Parameter(string[] texts) =>
        new() { Value = texts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
}
