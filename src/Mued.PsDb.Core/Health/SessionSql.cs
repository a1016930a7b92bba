namespace Mued.PsDb.Health;

/// <summary>What the sessions of the server are at. Those of other databases are another operator's, but they use up connections.</summary>
internal static class SessionSql
{
    private const string Database = "(SELECT oid FROM pg_database WHERE datname = current_database())";
    private const string Grant = "CASE WHEN a.backend_type IS NULL THEN format('GRANT pg_read_all_stats TO %I', current_user) END";

    // The kind of a session is hidden where the rest of it is.
    private const string Others =
        $"a.datid = {Database} AND a.pid <> pg_backend_pid() AND coalesce(a.backend_type, 'client backend') = 'client backend'";

    public static string Connections(int major) =>
        $"""
            SELECT '', 100.0 * s.used / greatest(s.most, 1), ARRAY[s.used::text, s.most::text], NULL::text
            FROM (SELECT (SELECT count(*) FROM pg_stat_activity AS a
                          WHERE a.backend_type = 'client backend' OR a.backend_type IS NULL AND a.datid IS NOT NULL),
                         current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
                         {(major >= 16 ? "- current_setting('reserved_connections')::integer" : "")}) AS s (used, most)
            """;

    public static string Transactions(int major) => Sessions("xact_start", "a.xact_start IS NOT NULL");

    public static string Idle(int major) => Sessions("state_change", "a.state IN ('idle in transaction', 'idle in transaction (aborted)')");

    public static string Queries(int major) => Sessions("query_start", "a.state = 'active'");

    // Who waits is shown to everybody.
    public static string LockWaits(int major) =>
        $"""
            SELECT 'pid ' || l.pid, coalesce(extract(epoch FROM clock_timestamp() - l.waitstart), 0),
                ARRAY[coalesce((SELECT c.relname FROM pg_class AS c WHERE c.oid = l.relation), l.locktype), array_to_string(pg_blocking_pids(l.pid), ', ')],
                NULL::text
            FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid AND a.datid = {Database}
            WHERE NOT l.granted
            """;

    public static string Prepared(int major) =>
        """
            SELECT p.gid, extract(epoch FROM clock_timestamp() - p.prepared), ARRAY[p.owner::text], NULL::text
            FROM pg_prepared_xacts AS p WHERE p.database = current_database()
            """;

    private static string Sessions(string since, string which) =>
        $"""
            SELECT 'pid ' || a.pid, extract(epoch FROM clock_timestamp() - a.{since}),
                ARRAY[coalesce(nullif(a.application_name, ''), a.usename, ''), coalesce(a.state, '')], {Grant}
            FROM pg_stat_activity AS a WHERE {Others} AND (a.backend_type IS NULL OR {which})
            """;
}
