using System.Globalization;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Undo;

/// <summary>
/// Reads where sequences stand, which no query can ask for by OID, and leaves it in a setting for the next query of the transaction. Each is
/// read under the lock of a SELECT, which holds up nobody who takes numbers; a few hundred at a time, for a rolled back block gives its locks
/// back, and a server has room for some thousands. What another session is about to drop is passed over: one would wait for it.
/// </summary>
internal static class SequenceStandings
{
    /// <summary>Sequences that this transaction has used: what takes or sets a number holds a lock to the end of the transaction.</summary>
    public const string Used = """
        SELECT l.relation, bool_or(l.mode <> 'RowExclusiveLock') AS strong FROM pg_locks AS l
        WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'AccessExclusiveLock')
        GROUP BY l.relation
        """;

    /// <summary>What was left, as rows: the OID, and a text for <see cref="Parse"/>.</summary>
    public const string Rows =
        $"SELECT split_part(v, ' ', 1)::oid AS oid, v AS standing FROM unnest(string_to_array(nullif(current_setting('{Setting}'), '{None}'), ',')) AS v";

    /// <summary>Whether anything was read, as SQL.</summary>
    public const string Any = $"current_setting('{Setting}') <> '{None}'";

    private const string Setting = "mued.sequences";
    private const string None = "none";

    // A body that is parsed has no text: its calls have the numbers of functions.
    private const string Setters = """
        EXISTS (SELECT FROM pg_proc AS p WHERE p.oid >= 16384 AND (p.prosrc ~* 'setval' OR p.prosqlbody::text ~ format(':funcid (%s|%s) ',
            'setval(regclass, bigint)'::regprocedure::oid, 'setval(regclass, bigint, boolean)'::regprocedure::oid)))
        """;

    /// <summary>Reads those that this transaction has used, as far as the role may.</summary>
    public static BatchStep ReadUsed => Read("true", $"c.oid IN (SELECT used.relation FROM ({Used}) AS used)");

    /// <summary>
    /// Reads all that the role may read; none where nothing can set one: no function, and no script. Of the database of a thousand tenants, whose
    /// undos would read the sequences of all, that saves seconds for each.
    /// </summary>
    /// <param name="set">Whether a script may set one.</param>
    public static BatchStep ReadAll(bool set) =>
        Read(
            set ? "true" : Setters,
            "NOT EXISTS (SELECT FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database AND d.datname = current_database() WHERE l.relation = c.oid AND l.mode = 'AccessExclusiveLock' AND l.pid <> pg_backend_pid())"
        );

    private static BatchStep Read(string wanted, string which) =>
        "DO "
        + SqlString.Literal(
            $"""
            DECLARE
                item record;
                read oid := 0;
                line text;
                standings text[] := ARRAY[]::text[];
            BEGIN
                IF NOT {wanted} THEN
                    PERFORM set_config('{Setting}', '{None}', true);
                    RETURN;
                END IF;
                LOOP
                    BEGIN
                        FOR item IN
                            SELECT c.oid, n.nspname, c.relname, q.seqincrement
                            FROM pg_sequence AS q JOIN pg_class AS c ON c.oid = q.seqrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
                            WHERE c.oid > read AND c.relpersistence <> 't' AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
                                AND {which}
                            ORDER BY c.oid LIMIT 500
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
                PERFORM set_config('{Setting}', array_to_string(standings, ','), true);
            END
            """
        );

    /// <summary>Reads the text of a row.</summary>
    public static SequenceStanding Parse(string text)
    {
        var parts = text.Split(' ');
        return new(long.Parse(parts[1], CultureInfo.InvariantCulture), parts[2] == "t", long.Parse(parts[3], CultureInfo.InvariantCulture));
    }
}
