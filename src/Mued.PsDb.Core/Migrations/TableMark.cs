using Mued.PsDb.Sql;
using Mued.PsDb.Tracing;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>
/// A table as it was when the run of a plan looked at it, so that the server itself can say under the table's lock whether it still is.
/// </summary>
/// <param name="Table">Its name.</param>
/// <param name="Id">Its oid, which a renamed table keeps and one that was made anew does not have.</param>
/// <param name="Modes">The modes in which the role may lock it by LOCK TABLE, and that let every reader and writer of rows work.</param>
/// <param name="Mark">A digest of the rows of the catalogs that make its definition, by the transactions that wrote them.</param>
/// <param name="Ours">Whether some of these rows were written by the migrations that are done, and by nobody else since.</param>
internal sealed record TableMark(ObjectName Table, long Id, IReadOnlyList<string> Modes, string Mark, bool Ours)
{
    // Whatever of the catalogs makes the definition of a table t, and the transactions that wrote it last.
    private const string Parts = """
        (
            SELECT 'class', ARRAY[xmin] FROM pg_class WHERE oid = t.id
            UNION ALL SELECT 'column ' || attnum, ARRAY[xmin] FROM pg_attribute WHERE attrelid = t.id
            UNION ALL SELECT 'default ' || oid, ARRAY[xmin] FROM pg_attrdef WHERE adrelid = t.id
            UNION ALL SELECT 'constraint ' || oid, ARRAY[xmin] FROM pg_constraint WHERE conrelid = t.id
            UNION ALL SELECT 'index ' || i.indexrelid, ARRAY[i.xmin, c.xmin]
                FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid WHERE i.indrelid = t.id
            UNION ALL SELECT 'trigger ' || g.oid, ARRAY[g.xmin, p.xmin]
                FROM pg_trigger AS g JOIN pg_proc AS p ON p.oid = g.tgfoid WHERE g.tgrelid = t.id
            UNION ALL SELECT 'rule ' || oid, ARRAY[xmin] FROM pg_rewrite WHERE ev_class = t.id
            UNION ALL SELECT 'policy ' || oid, ARRAY[xmin] FROM pg_policy WHERE polrelid = t.id
            UNION ALL SELECT 'statistics ' || oid, ARRAY[xmin] FROM pg_statistic_ext WHERE stxrelid = t.id
            UNION ALL SELECT 'parent ' || inhparent || ' ' || inhrelid, ARRAY[xmin]
                FROM pg_inherits WHERE t.id IN (inhrelid, inhparent)
            UNION ALL SELECT 'comment ' || objsubid, ARRAY[xmin]
                FROM pg_description WHERE objoid = t.id AND classoid = 'pg_class'::regclass
            UNION ALL SELECT 'type ' || y.oid, ARRAY[y.xmin]
                FROM pg_attribute AS a JOIN pg_type AS y ON y.oid = a.atttypid WHERE a.attrelid = t.id
            UNION ALL SELECT 'label ' || e.oid, ARRAY[e.xmin]
                FROM pg_attribute AS a JOIN pg_enum AS e ON e.enumtypid = a.atttypid WHERE a.attrelid = t.id
            UNION ALL SELECT 'check ' || k.oid, ARRAY[k.xmin]
                FROM pg_attribute AS a JOIN pg_constraint AS k ON k.contypid = a.atttypid WHERE a.attrelid = t.id AND k.contypid <> 0
        ) AS parts (part, writers)
        """;

    // A change that leaves the definition as it was, such as a grant, changes the digest too: then the definition is looked at again.
    private const string Digest = $"""
        (SELECT encode(sha256(convert_to(string_agg(part, ' ' ORDER BY part COLLATE "C"), 'UTF8')), 'hex') FROM (
            SELECT part || ' ' || writers::text FROM {Parts}
        ) AS written (part))
        """;

    // What others wrote since the first of these transactions began is theirs: then the definition must do.
    private const string OnlyOurs = $"""
        (SELECT coalesce(
            bool_or(writer = ANY (own.ids))
                AND NOT bool_or(writer <> ALL (own.ids) AND age(writer) < (SELECT max(age(id)) FROM unnest(own.ids) AS id)), false)
            FROM {Parts} CROSS JOIN unnest(writers) AS writer CROSS JOIN (SELECT $3::xid8[]::xid[]) AS own (ids))
        """;

    /// <summary>
    /// A query for the subtransactions of the open transaction that have written any of it, of the tables whose oids are its parameter
    /// <c>$2</c>: a row of a catalog bears their ids, and not that of the transaction.
    /// </summary>
    public const string Subtransactions = $"""
        SELECT DISTINCT {OwnTransaction.Id} FROM unnest($2::int8[]::oid[]) AS t (id) CROSS JOIN LATERAL {Parts} CROSS JOIN unnest(writers) AS xmin
        WHERE xmin <> pg_current_xact_id()::xid AND {OwnTransaction.Wrote}
        """;

    /// <summary>The statement that looks at tables, before their definitions are read: what changes behind it is seen.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="written">The transactions of the migrations that are done.</param>
    public static NpgsqlBatchCommand Look(IReadOnlyList<ObjectName> tables, IEnumerable<ulong> written) =>
        new(
            $"""
            SELECT t.schema, t.name, t.id::int8,
                ARRAY(
                    SELECT mode FROM (VALUES
                        ('{LockModes.AccessShare}', 'SELECT'), ('{LockModes.RowShare}', 'UPDATE, DELETE, TRUNCATE'),
                        ('{LockModes.RowExclusive}', 'INSERT, UPDATE, DELETE, TRUNCATE'),
                        ('{LockModes.ShareUpdateExclusive}', 'UPDATE, DELETE, TRUNCATE')
                    ) AS needed (mode, privileges)
                    WHERE t.kind IN ('r', 'p') AND has_table_privilege(t.id, privileges)
                ),
                {Digest}, {OnlyOurs}
            FROM (
                SELECT c.oid, c.relkind, named.schema, named.name
                FROM unnest($1::text[], $2::text[]) AS named (schema, name)
                JOIN pg_namespace AS n ON n.nspname = named.schema
                JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = named.name
            ) AS t (id, kind, schema, name)
            """
        )
        {
            Parameters =
            {
                new() { Value = tables.Select(table => table.Schema).ToArray() },
                new() { Value = tables.Select(table => table.Name).ToArray() },
                ArrayParameter.Transactions(written),
            },
        };

    /// <summary>Reads what <see cref="Look"/> gives.</summary>
    public static Task<List<TableMark>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken) =>
        reader.RowsAsync(
            row => new TableMark(
                new(row.GetString(0), row.GetString(1)),
                row.GetInt64(2),
                row.GetFieldValue<string[]>(3),
                row.GetString(4),
                row.GetBoolean(5)
            ),
            cancellationToken
        );

    /// <summary>
    /// Locks tables as far as their definitions need it and the role may, and fails with a division by zero where one is no longer as it was.
    /// SHARE UPDATE EXCLUSIVE keeps every change of a definition away, and nobody who reads or writes rows (PostgreSQL manual, Explicit
    /// Locking); where the migration locks less, its own mode must do.
    /// </summary>
    /// <param name="tables">The tables, and the strongest mode in which the migration locks each.</param>
    public static IEnumerable<BatchStep> Hold(IReadOnlyList<(TableMark Seen, string Mode)> tables)
    {
        foreach (var group in tables.GroupBy(item => LockModes.StrongestUpTo(item.Mode, item.Seen.Modes), item => item.Seen.Table))
        {
            if (group.Key is { } mode)
                yield return BatchStep.Unguarded(
                    $"LOCK TABLE {string.Join(", ", group.Order().Select(table => "ONLY " + table))} IN {LockModes.Sql(mode)} MODE"
                );
        }

        yield return new NpgsqlBatchCommand(
            $"""
            SELECT 0 / (count(*) = cardinality($1))::int4 FROM unnest($1::int8[]::oid[], $2::text[]) AS t (id, mark) WHERE {Digest} = t.mark
            """
        )
        {
            Parameters =
            {
                new() { Value = tables.Select(item => item.Seen.Id).ToArray() },
                new() { Value = tables.Select(item => item.Seen.Mark).ToArray() },
            },
        };
    }
}
