using System.Globalization;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>
/// Reads where sequences stand, which no query can ask for by OID, and leaves it in a setting for the next query of the transaction. Each is
/// read under the lock of a SELECT, which holds up nobody who takes numbers; some at a time, for a rolled back block gives its locks back, and a
/// server has room for some thousands, of all its sessions. What another session is about to drop is passed over: one would wait for it.
/// </summary>
internal static class SequenceStandings
{
    // What takes or sets a number holds a lock to the end of the transaction, whatever is rolled back of it.
    private const string Used = """
        SELECT l.relation, bool_or(l.mode <> 'RowExclusiveLock') AS strong FROM pg_locks AS l
        WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'AccessExclusiveLock')
        GROUP BY l.relation
        """;

    // A prepared transaction has no pid.
    private const string Free = """
        NOT EXISTS (SELECT FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database AND d.datname = current_database()
            WHERE l.relation = c.oid AND l.mode = 'AccessExclusiveLock' AND l.pid IS DISTINCT FROM pg_backend_pid())
        """;

    /// <summary>
    /// Whether a function of the database may set one, as SQL. Where nothing can, neither a script, to read the sequences of a thousand tenants
    /// would cost each undo seconds. A body that is parsed has no text: its calls have the numbers of functions.
    /// </summary>
    public const string Setters = """
        SELECT EXISTS (SELECT FROM pg_proc AS p WHERE p.oid >= 16384 AND (p.prosrc ~* 'setval' OR p.prosqlbody::text ~ format(':funcid (%s|%s) ',
            'setval(regclass, bigint)'::regprocedure::oid, 'setval(regclass, bigint, boolean)'::regprocedure::oid)))
        """;

    /// <summary>Asks for all sequences, or for those that this transaction has used.</summary>
    /// <param name="marker">The name of the first column.</param>
    /// <param name="all">Whether for all.</param>
    /// <param name="read">Whether to read where all stand; where those stand that this transaction has used is always read.</param>
    public static IEnumerable<BatchStep> Query(string marker, bool all, bool read = true) =>
        [
            Read(all && read ? Free : $"c.oid IN (SELECT used.relation FROM ({Used}) AS used)"),
            $"""
                SELECT c.oid AS {marker}, c.relfilenode, u.strong, p.standing
                FROM pg_class AS c
                LEFT JOIN ({Used}) AS u ON u.relation = c.oid
                LEFT JOIN (
                    SELECT split_part(v, ' ', 1)::oid AS oid, v AS standing FROM unnest(string_to_array(current_setting('mued.sequences'), ',')) AS v
                ) AS p ON p.oid = c.oid
                WHERE c.relkind = 'S' AND c.relpersistence <> 't'{(all ? "" : " AND u.relation IS NOT NULL")}
                """,
        ];

    /// <summary>Reads the answer.</summary>
    public static async Task<List<SequenceUse>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var uses = new List<SequenceUse>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            uses.Add(
                new(
                    reader.GetFieldValue<uint>(0),
                    reader.GetFieldValue<uint>(1),
                    reader[2] as bool?,
                    reader.IsDBNull(3) ? null : Parse(reader.GetString(3))
                )
            );
        return uses;
    }

    private static BatchStep Read(string which) =>
        "DO "
        + SqlString.Literal(
            $"""
            DECLARE
                item record;
                read oid := 0;
                line text;
                standings text[] := ARRAY[]::text[];
            BEGIN
                LOOP
                    BEGIN
                        FOR item IN
                            SELECT c.oid, n.nspname, c.relname, q.seqincrement
                            FROM pg_sequence AS q JOIN pg_class AS c ON c.oid = q.seqrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
                            WHERE c.oid > read AND c.relpersistence <> 't' AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
                                AND {which}
                            ORDER BY c.oid LIMIT 100
                        LOOP
                            EXECUTE format('SELECT concat_ws('' '', %s, last_value, is_called, %s) FROM %I.%I',
                                item.oid, item.seqincrement, item.nspname, item.relname) INTO line;
                            standings := standings || line;
                            read := item.oid;
                        END LOOP;
                        EXIT WHEN NOT FOUND;
                        RAISE SQLSTATE 'MU000';
                    EXCEPTION
                        WHEN SQLSTATE 'MU000' OR undefined_table OR invalid_schema_name THEN NULL;
                    END;
                END LOOP;
                PERFORM set_config('mued.sequences', array_to_string(standings, ','), true);
            END
            """
        );

    private static SequenceStanding Parse(string text)
    {
        var parts = text.Split(' ');
        return new(long.Parse(parts[1], CultureInfo.InvariantCulture), parts[2] == "t", long.Parse(parts[3], CultureInfo.InvariantCulture));
    }
}
