using Mued.PsDb.Backups;
using Mued.PsDb.Runs;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>Reads the tables that stay and whose rows the scripts write anew or empty, as far as they may hold any.</summary>
internal static class RewrittenTables
{
    // A column's type may hold a vanishing attribute at any depth: in an array, a domain, a range or another composite type. The last
    // columns: whether this role can see every row, and whether there is a file to look into, which waits for the table's lock and so is no
    // condition, as that might be put to all tables.
    private const string Sql = """
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

    /// <summary>Asks for the tables and columns that a difference rewrites.</summary>
    public static BatchStep Query(CatalogDifference difference)
    {
        var gone = difference.Vanished.Where(item => item.Class == CatalogObject.Relation).ToList();
        return new NpgsqlBatchCommand(Sql)
        {
            Parameters =
            {
                ArrayParameter.Oids(difference.Rewritten.Select(item => item.Oid)),
                ArrayParameter.Numbers(difference.Rewritten.Select(item => (int)item.Column)),
                ArrayParameter.Oids(gone.Select(item => item.Oid)),
                ArrayParameter.Numbers(gone.Select(item => (int)item.Column)),
            },
        };
    }

    /// <summary>Reads those that have a file with something in it, and whether this role can read all their rows.</summary>
    public static async Task<List<(DataLoss.Rewrite Rewrite, bool Readable)>> ReadAsync(
        NpgsqlDataReader reader,
        CancellationToken cancellationToken
    )
    {
        var rows = await reader
            .RowsAsync(
                row =>
                    (
                        Rewrite: new DataLoss.Rewrite(
                            row.GetFieldValue<uint>(5),
                            (short)row.GetInt32(6),
                            row.GetString(0),
                            row[1] as string,
                            row[2] as string
                        ),
                        Readable: row.GetBoolean(3),
                        Filled: !row.IsDBNull(4) && row.GetBoolean(4)
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        return [.. rows.Where(row => row.Filled).Select(row => (row.Rewrite, row.Readable))];
    }

    /// <summary>
    /// Leaves out the tables that hold no row although they have a file: all their rows are deleted, and not vacuumed away yet. What cannot
    /// be read is taken to hold some.
    /// </summary>
    public static async Task<IReadOnlyList<DataLoss.Rewrite>> WithRowsAsync(
        NpgsqlConnection connection,
        IReadOnlyList<(DataLoss.Rewrite Rewrite, bool Readable)> rewrites,
        CancellationToken cancellationToken
    )
    {
        if (rewrites.Count == 0)
            return [];
        var tables = rewrites.Where(row => row.Readable).Select(row => row.Rewrite.Table).Distinct().ToList();
        var empty = await connection
            .QueryAsync(
                [
                    TableLock.ForReading([.. tables.Select(ObjectName.Parse)]),
                    .. tables.Select(table => (BatchStep)$"SELECT EXISTS (SELECT FROM ONLY {table})"),
                    "ROLLBACK TO SAVEPOINT mued_describe",
                ],
                async reader =>
                {
                    var without = new HashSet<string>(StringComparer.Ordinal);
                    foreach (var table in tables)
                    {
                        if ((await reader.RowsAsync(row => row.GetBoolean(0), cancellationToken).ConfigureAwait(false)) is [false])
                            without.Add(table);
                    }

                    return without;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return [.. rewrites.Select(row => row.Rewrite).Where(rewrite => !empty.Contains(rewrite.Table))];
    }
}
