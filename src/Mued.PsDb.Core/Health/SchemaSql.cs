using System.Globalization;

namespace Mued.PsDb.Health;

/// <summary>
/// What concerns the objects of the database. Nothing here takes a lock on a table, so that nobody waits behind a migration: sizes are those
/// of the last VACUUM or ANALYZE, and expressions of indexes are compared as the catalog stores them.
/// </summary>
internal static class SchemaSql
{
    /// <summary>How many tables the report names.</summary>
    public const int MostTables = 50;

    private const string Foreign = "n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'";
    private const string Database = "(SELECT oid FROM pg_database WHERE datname = current_database())";

    // One that is being built right now is no leftover.
    public static string InvalidIndexes(int major) =>
        $"""
            SELECT format('%I.%I', n.nspname, c.relname), 1, ARRAY[t.relname::text], NULL::text
            FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_class AS t ON t.oid = i.indrelid
            JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE {Foreign} AND NOT (i.indisvalid AND i.indisready AND i.indislive)
                AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index AS p WHERE p.datname = current_database() AND p.index_relid = c.oid)
            """;

    // A constraint that PostgreSQL 18 is told not to enforce is never validated.
    public static string UnvalidatedConstraints(int major) =>
        $"""
            SELECT k.conname::text, 1, ARRAY[format('%I.%I', n.nspname, t.relname)], NULL::text
            FROM pg_constraint AS k JOIN pg_class AS t ON t.oid = k.conrelid JOIN pg_namespace AS n ON n.oid = t.relnamespace
            WHERE {Foreign} AND NOT k.convalidated {(major >= 18 ? "AND k.conenforced" : "")}
            """;

    // The triggers that enforce a foreign key go by its name.
    public static string DisabledTriggers(int major) =>
        $"""
            SELECT DISTINCT coalesce(k.conname, g.tgname)::text, 1, ARRAY[format('%I.%I', n.nspname, t.relname)], NULL::text
            FROM pg_trigger AS g JOIN pg_class AS t ON t.oid = g.tgrelid JOIN pg_namespace AS n ON n.oid = t.relnamespace
            LEFT JOIN pg_constraint AS k ON k.oid = g.tgconstraint
            WHERE {Foreign} AND g.tgenabled = 'D'
            UNION ALL
            SELECT e.evtname::text, 1, ARRAY[e.evtevent::text], NULL FROM pg_event_trigger AS e WHERE e.evtenabled = 'D'
            """;

    /// <summary>
    /// Sequences, and keys of integers: by the sequence that a column owns, else by the greatest value that its statistics know, for reading
    /// the column itself would take a lock. Both from one reading of the sequences.
    /// </summary>
    /// <remarks>
    /// To read the last value opens the sequence: that of one under an exclusive lock would wait, and so would any behind a request for it.
    /// An unlogged sequence has no file on a standby.
    /// </remarks>
    public static string SequencesAndKeys(int major) =>
        $"""
            WITH locked AS MATERIALIZED (
                SELECT l.relation FROM pg_locks AS l WHERE l.mode = 'AccessExclusiveLock' AND l.database = {Database}
            ), sequence AS MATERIALIZED (
                SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, v.last, can.tell AS told, s.seqstart, s.seqincrement, s.seqmin,
                    s.seqmax, s.seqcycle,
                    CASE WHEN NOT may.see THEN format('GRANT SELECT ON SEQUENCE %I.%I TO %I', n.nspname, c.relname, current_user) END AS missing
                FROM pg_sequence AS s JOIN pg_class AS c ON c.oid = s.seqrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace,
                    LATERAL (SELECT has_sequence_privilege(c.oid, 'SELECT, USAGE')) AS may (see),
                    LATERAL (SELECT may.see AND NOT EXISTS (SELECT FROM locked WHERE locked.relation = c.oid)
                        AND NOT (c.relpersistence = 'u' AND pg_is_in_recovery())) AS can (tell),
                    LATERAL (SELECT CASE WHEN can.tell THEN pg_sequence_last_value(c.oid) END) AS v (last)
                WHERE {Foreign} AND c.relpersistence <> 't'
            ), owned AS (
                SELECT DISTINCT ON (o.refobjid, o.refobjsubid) o.refobjid, o.refobjsubid, s.last, s.told, s.missing
                FROM pg_depend AS o JOIN sequence AS s ON s.oid = o.objid
                WHERE o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass AND o.deptype IN ('a', 'i')
                ORDER BY o.refobjid, o.refobjsubid, s.last DESC NULLS LAST
            )
            SELECT 'Sequences', s.name,
                100.0 * abs(coalesce(s.last, s.seqstart)::numeric - CASE WHEN s.seqincrement > 0 THEN s.seqmin ELSE s.seqmax END)
                    / greatest(s.seqmax::numeric - s.seqmin, 1) + CASE WHEN s.told THEN 0 END,
                ARRAY[coalesce(s.last, s.seqstart)::text, CASE WHEN s.seqincrement > 0 THEN s.seqmax ELSE s.seqmin END::text], s.missing
            FROM sequence AS s WHERE NOT s.seqcycle
            UNION ALL
            SELECT 'IntegerKeys', format('%I.%I.%I', n.nspname, t.relname, a.attname), 100.0 * k.last / k.most,
                ARRAY[coalesce(k.last, 0)::text, k.most::text], q.missing
            FROM pg_index AS i JOIN pg_class AS t ON t.oid = i.indrelid JOIN pg_namespace AS n ON n.oid = t.relnamespace
            JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = i.indkey[0] AND a.atttypid IN ('int2'::regtype, 'int4'::regtype)
            LEFT JOIN pg_stats AS d ON d.schemaname = n.nspname AND d.tablename = t.relname AND d.attname = a.attname AND NOT d.inherited
            CROSS JOIN LATERAL (SELECT (d.histogram_bounds::text::bigint[])[array_upper(d.histogram_bounds::text::bigint[], 1)]) AS h (last)
            LEFT JOIN owned AS q ON q.refobjid = t.oid AND q.refobjsubid = a.attnum
            CROSS JOIN LATERAL (SELECT CASE WHEN q.told THEN greatest(q.last, h.last, 0) WHEN q.told IS NULL THEN coalesce(h.last, 0) END,
                CASE WHEN a.atttypid = 'int2'::regtype THEN 32767 ELSE 2147483647 END) AS k (last, most)
            WHERE {Foreign} AND i.indisprimary AND i.indnkeyatts = 1 AND t.relpersistence <> 't'
            """;

    public static string DeadRows(int major) =>
        $"""
            SELECT format('%I.%I', s.schemaname, s.relname), 100.0 * s.n_dead_tup / (s.n_live_tup + s.n_dead_tup), ARRAY[s.n_dead_tup::text,
                to_char(greatest(s.last_vacuum, s.last_autovacuum) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')], NULL::text
            FROM pg_stat_user_tables AS s WHERE s.n_dead_tup >= 1000 ORDER BY s.n_dead_tup DESC LIMIT 10
            """;

    // The stored form of an expression tells where it stood in the statement that made the index; that is no part of it.
    public static string DuplicateIndexes(int major) =>
        $"""
            SELECT format('%I.%I', n.nspname, c.relname), 1, ARRAY[w.kept, t.relname::text], NULL::text
            FROM (
                SELECT i.indexrelid, i.indrelid, row_number() OVER same AS place, first_value(r.relname) OVER same AS kept
                FROM pg_index AS i JOIN pg_class AS r ON r.oid = i.indexrelid
                WHERE i.indisvalid AND NOT i.indisexclusion
                WINDOW same AS (PARTITION BY i.indrelid, r.relam, i.indnkeyatts, i.indkey::text, i.indclass::text, i.indcollation::text,
                    i.indoption::text, {Tree("i.indexprs")}, {Tree("i.indpred")} {(major >= 15 ? ", i.indnullsnotdistinct" : "")}
                    ORDER BY i.indisprimary DESC, EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid) DESC,
                        i.indisunique DESC, r.relname)
            ) AS w
            JOIN pg_class AS c ON c.oid = w.indexrelid JOIN pg_class AS t ON t.oid = w.indrelid
            JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE {Foreign} AND w.place > 1
            """;

    // What keeps values unique is of use without being read.
    public static string UnusedIndexes(int major) =>
        $"""
            SELECT format('%I.%I', s.schemaname, s.indexrelname), c.relpages * {BlockSize} / 1048576, ARRAY[s.relname::text], NULL::text
            FROM pg_stat_user_indexes AS s JOIN pg_index AS i ON i.indexrelid = s.indexrelid JOIN pg_class AS c ON c.oid = s.indexrelid
            WHERE s.idx_scan = 0 AND i.indisvalid AND NOT i.indisunique AND NOT i.indisexclusion AND c.relpages > 0
            ORDER BY c.relpages DESC LIMIT 10
            """;

    /// <summary>Bytes of the files, of tables and of indexes; then the largest tables. Two results.</summary>
    public static IReadOnlyList<string> Sizes { get; } =
    [
        $"""
            SELECT pg_database_size(current_database()),
                coalesce(sum(c.relpages * {BlockSize}) FILTER (WHERE c.relkind IN ('r', 'm', 't')), 0)::bigint,
                coalesce(sum(c.relpages * {BlockSize}) FILTER (WHERE c.relkind = 'i'), 0)::bigint
            FROM pg_class AS c
            """,
        $"""
            SELECT format('%I.%I', n.nspname, c.relname), ((c.relpages + coalesce(o.relpages, 0)) * {BlockSize})::bigint,
                (coalesce(x.pages, 0) * {BlockSize})::bigint, CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            LEFT JOIN pg_class AS o ON o.oid = c.reltoastrelid
            LEFT JOIN (SELECT i.indrelid, sum(r.relpages) FROM pg_index AS i JOIN pg_class AS r ON r.oid = i.indexrelid GROUP BY 1)
                AS x (table_oid, pages) ON x.table_oid = c.oid
            WHERE {Foreign} AND c.relkind IN ('r', 'm') AND c.relpages + coalesce(x.pages, 0) > 0
            ORDER BY c.relpages + coalesce(o.relpages, 0) + coalesce(x.pages, 0) DESC, 1
            LIMIT {MostTables.ToString(CultureInfo.InvariantCulture)}
            """,
    ];

    private const string BlockSize = "current_setting('block_size')::numeric";

    private static string Tree(string column) => $"regexp_replace({column}::text, ':location -?[0-9]+', '', 'g')";
}
