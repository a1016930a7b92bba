using System.Globalization;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Runs;

/// <summary>
/// The watch over a transaction of ours, as one statement that works inside of the server until that transaction has ended, so that it goes
/// on when this process is stopped, killed or cut off. It looks ten times a second, first at pg_locks alone, and asks pg_blocking_pids,
/// which stops the lock manager for a moment, only when somebody has waited for a while (PostgreSQL manual, pg_locks, waitstart; System
/// Information Functions). Each look is a transaction of its own: CREATE INDEX CONCURRENTLY would wait for one that lasts.
/// What it finds it says in messages that no log shows, and that always reach the client (INFO).
/// </summary>
internal static class HarmSql
{
    /// <summary>The message that says that a transaction of ours is being watched.</summary>
    public const string OnDuty = "mued_on_duty";

    /// <summary>What the message begins with that says that it is cancelled; an <see cref="OverBudget"/> follows.</summary>
    public const string Over = "mued_over_budget ";

    /// <summary>What the message of the end begins with; a <see cref="Harm"/> follows.</summary>
    public const string Seen = "mued_harm ";

    /// <summary>The statement. It must be sent alone, since it commits.</summary>
    /// <param name="run">The application_name of the sessions to watch: those of one run; see <see cref="RunName"/>.</param>
    /// <param name="product">
    /// What the names of all runs begin with, before their ids. Runners wait for each other by design, so a run that waits does not count.
    /// </param>
    /// <param name="budget">The longest that anybody may wait, and the most WAL; null only measures.</param>
    /// <param name="threshold">Shorter waits are not looked for.</param>
    public static string Watch(string run, string product, (TimeSpan? Wait, long? Wal) budget, TimeSpan threshold) =>
        $$"""
            DO $mued$ -- watches {{run}} while its transaction lasts
            DECLARE
                v_run CONSTANT pg_catalog.text := {{SqlString.Literal(run)}};
                v_product CONSTANT pg_catalog.text := {{SqlString.Literal(product + " ")}};
                v_budget CONSTANT double precision := {{(budget.Wait is { } bound ? Seconds(bound) : "NULL")}};
                v_wal_budget CONSTANT pg_catalog.int8 := {{(budget.Wal is { } wal ? wal.ToString(CultureInfo.InvariantCulture) : "NULL")}};
                v_threshold CONSTANT double precision := {{Seconds(threshold)}};
                v_ours pg_catalog.record;
                v_now timestamp with time zone;
                v_before timestamp with time zone;
                v_transaction timestamp with time zone;
                v_standbys_at timestamp with time zone;
                v_over_since timestamp with time zone;
                v_wal_begin pg_catalog.pg_lsn;
                v_wal pg_catalog.int8;
                v_queued double precision;
                v_longest double precision;
                v_pause double precision;
                v_waiting pg_catalog.jsonb;
                v_blocked pg_catalog.jsonb := '{}';
                v_locks pg_catalog.jsonb := '{}';
                v_standbys pg_catalog.jsonb := '{}';
            BEGIN
                LOOP
                    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
                    v_now := clock_timestamp();
                    SELECT a.pid, a.datid, a.backend_start, a.xact_start, a.query_start, a.query,
                        EXISTS (SELECT FROM pg_locks AS l WHERE l.pid = a.pid AND NOT l.granted) AS waits
                    INTO v_ours FROM pg_stat_activity AS a
                    WHERE a.application_name = v_run AND a.leader_pid IS NULL AND a.xact_start IS NOT NULL
                        AND a.state <> 'idle in transaction (aborted)'
                    ORDER BY a.xact_start LIMIT 1;
                    EXIT WHEN NOT FOUND;
                    IF v_transaction IS NULL THEN
                        RAISE INFO '{{OnDuty}}';
                    END IF;
                    IF v_transaction IS DISTINCT FROM v_ours.xact_start THEN
                        v_transaction := v_ours.xact_start;
                        v_before := v_ours.xact_start;
                        v_over_since := NULL;
                        v_queued := 0;
                        v_wal_begin := pg_current_wal_insert_lsn();
                    END IF;

                    {{Blocked}}

                    {{Locks}}

                    {{Standbys}}

                    v_wal := pg_wal_lsn_diff(pg_current_wal_insert_lsn(), v_wal_begin);
                    IF v_longest >= v_budget OR v_wal > v_wal_budget THEN
                        {{Cancel}}
                    END IF;
                    v_before := v_now;
                    v_pause := CASE WHEN v_over_since IS NOT NULL THEN 0.05
                        WHEN v_longest > 0 THEN greatest(0.01, least(0.1, v_budget - v_longest))
                        ELSE greatest(0.1, 10 * extract(epoch FROM clock_timestamp() - v_now)) END;
                    COMMIT;
                    PERFORM pg_catalog.pg_sleep(v_pause);
                END LOOP;
                RAISE INFO '{{Seen}}%', jsonb_build_object(
                    'blocked', (SELECT coalesce(jsonb_agg(e.value ORDER BY (e.value -> 'waitedMs')::float8 DESC), '[]') FROM jsonb_each(v_blocked) AS e),
                    'locks', (SELECT coalesce(jsonb_agg(jsonb_build_object('relation', e.value -> 'relation', 'lockMode', e.value -> 'lockMode',
                        'heldMs', 1000 * ((e.value -> 'last')::float8 - (e.value -> 'first')::float8))), '[]') FROM jsonb_each(v_locks) AS e),
                    'standbys', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', e.key, 'lagMs', e.value)), '[]') FROM jsonb_each(v_standbys) AS e));
            END $mued$
            """;

    // Whose wait leads to us, be it over others that wait. Autovacuum workers have no user, and other runners our kind of name.
    private const string Blocked = """
        v_longest := 0;
        IF EXISTS (SELECT FROM pg_locks AS l WHERE NOT l.granted AND l.waitstart < v_now - make_interval(secs => v_threshold)) THEN
            WITH RECURSIVE waiting AS MATERIALIZED (
                SELECT l.pid, greatest(l.waitstart, v_ours.xact_start) AS since, l.mode,
                    CASE WHEN l.locktype = 'relation' AND l.database = v_ours.datid THEN l.relation::regclass::text END AS relation,
                    pg_blocking_pids(l.pid) AS behind
                FROM pg_locks AS l WHERE NOT l.granted AND l.waitstart IS NOT NULL AND l.pid <> v_ours.pid
            ), blocked AS (
                SELECT w.* FROM waiting AS w WHERE v_ours.pid = ANY (w.behind)
                UNION
                SELECT w.* FROM blocked AS b JOIN waiting AS w ON b.pid = ANY (w.behind)
            ), clients AS (
                SELECT b.*, a.application_name, extract(epoch FROM clock_timestamp() - b.since)::float8 AS waited
                FROM blocked AS b JOIN pg_stat_activity AS a ON a.pid = b.pid
                WHERE a.usesysid IS NOT NULL AND a.application_name <> v_run AND NOT (starts_with(a.application_name, v_product)
                    AND substr(a.application_name, length(v_product) + 1) ~ '^[0-9a-f]{8}$')
            )
            SELECT coalesce(max(c.waited), 0), coalesce(jsonb_object_agg(concat(c.pid, '/', c.since), jsonb_build_object('pid', c.pid,
                'applicationName', coalesce(c.application_name, ''), 'waitedMs', 1000 * c.waited, 'lockMode', c.mode, 'relation', c.relation)), '{}')
            INTO v_longest, v_waiting FROM clients AS c WHERE c.waited >= v_threshold;
            SELECT coalesce(jsonb_object_agg(m.key, m.value), '{}') INTO v_blocked
            FROM (SELECT e.key, e.value FROM jsonb_each(v_blocked || v_waiting) AS e ORDER BY (e.value -> 'waitedMs')::float8 DESC LIMIT 20) AS m;
        END IF;
        IF v_longest = 0 THEN
            v_queued := 0;
        ELSIF v_ours.waits THEN
            v_queued := v_queued + extract(epoch FROM v_now - v_before);
        END IF;
        """;

    // A relation that we have made is not visible here, and nobody else's; the name is read without a lock on the relation.
    private const string Locks = """
        SELECT coalesce(v_locks || jsonb_object_agg(k.key, jsonb_build_object('relation', k.relation, 'lockMode', k.mode,
            'first', coalesce(v_locks -> k.key -> 'first', to_jsonb(extract(epoch FROM v_before)::float8)),
            'last', extract(epoch FROM v_now)::float8)), v_locks) INTO v_locks
        FROM (
            SELECT concat(v_transaction, '/', l.relation, '/', l.mode) AS key, l.relation::regclass::text AS relation, l.mode
            FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation
            WHERE l.pid = v_ours.pid AND l.granted AND l.locktype = 'relation' AND l.database = v_ours.datid
                AND c.relkind IN ('r', 'p', 'm', 'v', 'f', 'S') AND c.relnamespace <> 'pg_catalog'::regnamespace
                AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
            LIMIT 50
        ) AS k;
        """;

    private const string Standbys = """
        IF v_standbys_at IS NULL OR v_now > v_standbys_at + interval '1 second' THEN
            v_standbys_at := v_now;
            SELECT coalesce(v_standbys || jsonb_object_agg(s.name, greatest(s.lag, (v_standbys -> s.name)::float8)), v_standbys) INTO v_standbys
            FROM (
                SELECT coalesce(nullif(r.application_name, ''), r.pid::text) AS name, max(1000 * extract(epoch FROM r.replay_lag)::float8) AS lag
                FROM pg_stat_replication AS r WHERE r.replay_lag > interval '1 second' GROUP BY 1
            ) AS s;
        END IF;
        """;

    // The check and the signal are one statement on fresh figures, so that no later transaction of this backend is hit: behind a pooler it
    // may be another client's by then. A statement that waits for its client to read, and a transaction that waits for its client to go on,
    // hear no cancellation: their session is ended. The message comes last, for who writes to a client that is gone is gone too.
    private const string Cancel = $$"""
        v_over_since := coalesce(v_over_since, v_now);
        PERFORM pg_stat_clear_snapshot();
        PERFORM CASE WHEN v_over_since > v_now - interval '1 second' THEN pg_cancel_backend(a.pid) ELSE pg_terminate_backend(a.pid) END
        FROM pg_stat_get_activity(v_ours.pid) AS a
        WHERE a.application_name = v_run AND a.backend_start = v_ours.backend_start AND a.xact_start = v_ours.xact_start;
        IF v_over_since = v_now THEN
            RAISE INFO '{{Over}}%', jsonb_build_object('transactionStart', v_ours.xact_start, 'statement', v_ours.query,
                'statementMs', 1000 * extract(epoch FROM v_now - v_ours.query_start), 'waitedMs', 1000 * v_longest,
                'walBytes', CASE WHEN v_wal > v_wal_budget THEN v_wal END,
                'queued', v_queued >= (v_longest - v_threshold) / 2, 'work', (
                    SELECT string_agg(p.work, '') FROM (
                        SELECT concat(i.phase, ', ' || (100 * i.blocks_done / nullif(i.blocks_total, 0)) || ' %') AS work
                        FROM pg_stat_progress_create_index AS i WHERE i.pid = v_ours.pid
                        UNION ALL
                        SELECT concat(c.phase, ', ' || (100 * c.heap_blks_scanned / nullif(c.heap_blks_total, 0)) || ' %')
                        FROM pg_stat_progress_cluster AS c WHERE c.pid = v_ours.pid) AS p),
                'blocked', (SELECT coalesce(jsonb_agg(e.value ORDER BY (e.value -> 'waitedMs')::float8 DESC), '[]') FROM jsonb_each(v_waiting) AS e));
        END IF;
        """;

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
