namespace Mued.PsDb.Metrics;

/// <summary>
/// The one statement that computes and writes the figures of any number of days. What forbids to write them comes back beside them, and
/// then nothing is written: the writing parts look at it first.
/// </summary>
internal static class MetricsSql
{
    /// <summary>
    /// One run at a time on a database, so that figures which were read first are never written last. It waits on a statement of its own:
    /// the next one then sees what the run before it wrote. The lock ends with the transaction.
    /// </summary>
    public const string Lock = "DO $$ BEGIN PERFORM pg_advisory_xact_lock(1297434948, 1); END $$";

    /// <summary>
    /// $1 time zone; $2 first day, $3 last day, or null; $4 only the days without a row; $5 to $9 the objectives.
    /// </summary>
    /// <remarks>
    /// Each day is read by itself through Phase 2's index on created_at, and sorted by itself, which fits in memory where a year does not.
    /// numeric rounds half away from zero, double precision half to even (PostgreSQL manual, Mathematical Functions). A percentile between
    /// two whole numbers is a multiple of 0.01, and as double precision it may lie beside that: it is put back before it is rounded. No unique index is relied on, since the role that runs this may not have made one.
    /// </remarks>
    public const string Update = """
        WITH period AS MATERIALIZED (
            SELECT CASE WHEN $4 THEN coalesce($2, (SELECT ((min(l.created_at) AT TIME ZONE 'UTC') AT TIME ZONE $1)::date
                                                   FROM public.ai_dialogue_log AS l WHERE isfinite(l.created_at)))
                        ELSE coalesce($2, t.today - 1) END AS first,
                   coalesce($3, t.today - 1) AS last,
                   t.today
            FROM (SELECT (clock_timestamp() AT TIME ZONE $1)::date) AS t (today)
        ), history AS MATERIALIZED (
            SELECT date(h.date) AS day, h.slo_compliance ->> 'timeZone' AS zone
            FROM period AS p JOIN public.rag_metrics_history AS h ON date(h.date) >= p.first AND date(h.date) <= p.last
        ), asked AS MATERIALIZED (
            SELECT d.day, (d.day::timestamp AT TIME ZONE $1) AT TIME ZONE 'UTC' AS begins,
                   ((d.day + 1)::timestamp AT TIME ZONE $1) AT TIME ZONE 'UTC' AS ends
            FROM period AS p
            CROSS JOIN LATERAL (SELECT p.first + n FROM generate_series(0, least(p.last, p.today) - p.first) AS n) AS d (day)
            WHERE NOT ($4 AND EXISTS (SELECT FROM history AS h WHERE h.day = d.day))
        ), total AS (
            SELECT a.day, t.*
            FROM asked AS a
            CROSS JOIN LATERAL (
                SELECT count(*) AS queries, count(DISTINCT l.user_id) AS users,
                       count(*) FILTER (WHERE c.number > 0) AS cited, sum(c.number) AS citations,
                       percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY l.latency_ms) AS latency,
                       avg(l.token_cost_jpy) AS cost, sum(l.token_cost_jpy) AS costs, avg(l.total_tokens) AS tokens,
                       avg(l.relevance_score) AS relevance,
                       count(*) FILTER (WHERE l.user_feedback = 1) AS liked, count(*) FILTER (WHERE l.user_feedback IN (1, -1)) AS voted
                FROM public.ai_dialogue_log AS l
                CROSS JOIN LATERAL (
                    SELECT CASE WHEN jsonb_typeof(l.citations) <> 'array' THEN 0
                                WHEN l.citations @> '[null]' THEN (SELECT count(*) FROM jsonb_array_elements(l.citations) AS e WHERE e.value <> 'null')
                                ELSE coalesce(jsonb_array_length(l.citations), 0) END) AS c (number)
                WHERE l.created_at >= a.begins AND l.created_at < a.ends
                HAVING count(*) > 0
            ) AS t
        ), source AS (
            SELECT a.day, s.number
            FROM asked AS a
            CROSS JOIN LATERAL (
                SELECT count(DISTINCT (e.value ->> 'source') COLLATE "C") AS number
                FROM public.ai_dialogue_log AS l
                CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(l.citations) WHEN 'array' THEN l.citations ELSE '[]' END) AS e
                WHERE l.created_at >= a.begins AND l.created_at < a.ends
            ) AS s
        ), figure AS MATERIALIZED (
            SELECT a.day,
                   round(100.0 * t.cited / t.queries, 2) AS citation_rate,
                   t.citations AS citation_count,
                   CASE WHEN t.queries > 0 THEN coalesce(s.number, 0) END AS unique_sources_count,
                   round(round(t.latency[1]::numeric, 2)) AS latency_p50_ms,
                   round(round(t.latency[2]::numeric, 2)) AS latency_p95_ms,
                   round(round(t.latency[3]::numeric, 2)) AS latency_p99_ms,
                   round(t.cost, 2) AS cost_per_answer,
                   t.costs AS total_cost,
                   coalesce(t.queries, 0) AS total_queries,
                   t.users AS unique_users,
                   round(t.tokens) AS average_tokens_per_query,
                   round(t.relevance, 2) AS average_relevance_score,
                   round(100.0 * t.liked / nullif(t.voted, 0), 2) AS positive_votes_rate
            FROM asked AS a LEFT JOIN total AS t ON t.day = a.day LEFT JOIN source AS s ON s.day = a.day
            WHERE NOT $4 OR t.queries > 0
        ), judged AS MATERIALIZED (
            SELECT f.*, jsonb_build_object('timeZone', $1, 'citationRateMet', m.citation, 'latencyMet', m.latency, 'costMet', m.cost,
                       'relevanceMet', m.relevance, 'overallMet', m.citation AND m.latency AND m.cost AND m.relevance) AS slo_compliance
            FROM figure AS f
            CROSS JOIN LATERAL (SELECT f.citation_rate >= $5, f.latency_p50_ms <= $6 AND f.latency_p95_ms <= $7, f.cost_per_answer <= $8,
                                       f.average_relevance_score >= $9) AS m (citation, latency, cost, relevance)
        ), obstacle AS MATERIALIZED (
            SELECT 'MetricsFuture' AS id, p.last AS day, p.today::text AS name, NULL::text AS value FROM period AS p WHERE p.last > p.today
            UNION ALL
            SELECT 'MetricsTwice', h.day, count(*)::text, NULL FROM history AS h JOIN asked AS a ON a.day = h.day GROUP BY h.day HAVING count(*) > 1
            UNION ALL
            SELECT 'MetricsOtherZone', h.day, h.zone, $1 FROM history AS h JOIN asked AS a ON a.day = h.day WHERE lower(h.zone) <> lower($1)
            UNION ALL
            SELECT 'MetricsTooLarge', j.day, v.name, v.value::text
            FROM judged AS j
            CROSS JOIN LATERAL (VALUES ('cost_per_answer', j.cost_per_answer, 9999.99), ('total_cost', j.total_cost, 99999999.99),
                ('average_relevance_score', j.average_relevance_score, 9.99), ('citation_count', j.citation_count, 2147483647)) AS v (name, value, most)
            WHERE NOT abs(v.value) <= v.most
        ), changed AS (
            UPDATE public.rag_metrics_history AS h
            SET citation_rate = j.citation_rate, citation_count = j.citation_count, unique_sources_count = j.unique_sources_count,
                latency_p50_ms = j.latency_p50_ms, latency_p95_ms = j.latency_p95_ms, latency_p99_ms = j.latency_p99_ms,
                cost_per_answer = j.cost_per_answer, total_cost = j.total_cost, total_queries = j.total_queries, unique_users = j.unique_users,
                average_tokens_per_query = j.average_tokens_per_query, average_relevance_score = j.average_relevance_score,
                positive_votes_rate = j.positive_votes_rate, slo_compliance = j.slo_compliance
            FROM judged AS j
            WHERE date(h.date) = j.day AND NOT EXISTS (SELECT FROM obstacle)
              AND (h.citation_rate, h.citation_count, h.unique_sources_count, h.latency_p50_ms, h.latency_p95_ms, h.latency_p99_ms,
                   h.cost_per_answer, h.total_cost, h.total_queries, h.unique_users, h.average_tokens_per_query, h.average_relevance_score,
                   h.positive_votes_rate, h.slo_compliance)
                  IS DISTINCT FROM
                  (j.citation_rate, j.citation_count, j.unique_sources_count, j.latency_p50_ms, j.latency_p95_ms, j.latency_p99_ms,
                   j.cost_per_answer, j.total_cost, j.total_queries, j.unique_users, j.average_tokens_per_query, j.average_relevance_score,
                   j.positive_votes_rate, j.slo_compliance)
            RETURNING j.day
        ), added AS (
            INSERT INTO public.rag_metrics_history (date, citation_rate, citation_count, unique_sources_count, latency_p50_ms, latency_p95_ms,
                latency_p99_ms, cost_per_answer, total_cost, total_queries, unique_users, average_tokens_per_query, average_relevance_score,
                positive_votes_rate, slo_compliance)
            SELECT j.day, j.citation_rate, j.citation_count, j.unique_sources_count, j.latency_p50_ms, j.latency_p95_ms, j.latency_p99_ms,
                   j.cost_per_answer, j.total_cost, j.total_queries, j.unique_users, j.average_tokens_per_query, j.average_relevance_score,
                   j.positive_votes_rate, j.slo_compliance
            FROM judged AS j
            WHERE NOT EXISTS (SELECT FROM obstacle) AND NOT EXISTS (SELECT FROM history AS h WHERE h.day = j.day)
            RETURNING date(date) AS day
        )
        SELECT j.day,
               CASE WHEN j.day IN (SELECT a.day FROM added AS a) THEN 0 WHEN j.day IN (SELECT c.day FROM changed AS c) THEN 1 ELSE 2 END,
               (SELECT json_build_array(o.id, o.day, o.name, o.value)::text FROM obstacle AS o ORDER BY o.day LIMIT 1),
               j.citation_rate::text, j.citation_count::text, j.unique_sources_count::text, j.latency_p50_ms::text, j.latency_p95_ms::text,
               j.latency_p99_ms::text, j.cost_per_answer::text, j.total_cost::text, j.total_queries::text, j.unique_users::text,
               j.average_tokens_per_query::text, j.average_relevance_score::text, j.positive_votes_rate::text, j.slo_compliance::text
        FROM period AS p LEFT JOIN judged AS j ON true
        ORDER BY j.day
        """;
}
