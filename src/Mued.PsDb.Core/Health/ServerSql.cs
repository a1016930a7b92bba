namespace Mued.PsDb.Health;

/// <summary>What concerns the server or the database as a whole.</summary>
internal static class ServerSql
{
    // What the write-ahead log has reached: written on a primary, received or restored on a standby.
    private const string Now =
        "CASE WHEN pg_is_in_recovery() THEN coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) ELSE pg_current_wal_lsn() END";

    // 2^20: megabytes.
    private const string Megabyte = "1048576.0";

    public static string TransactionIds(int major) => Age("age(d.datfrozenxid)", "autovacuum_freeze_max_age");

    public static string MultixactIds(int major) => Age("mxid_age(d.datminmxid)", "autovacuum_multixact_freeze_max_age");

    // Bytes tell of a standby that stands still too; a lag in seconds is the last that was measured (PostgreSQL manual, pg_stat_replication).
    public static string ReplicationLag(int major) =>
        $"""
            SELECT r.application_name, CASE WHEN r.state IS NOT NULL THEN greatest(0,
                    pg_wal_lsn_diff({Now}, coalesce(r.replay_lsn, r.flush_lsn, r.write_lsn, r.sent_lsn)) / {Megabyte}) END,
                ARRAY[coalesce(r.state, ''), round(coalesce(extract(epoch FROM r.replay_lag), 0))::text],
                CASE WHEN r.state IS NULL THEN format('GRANT pg_read_all_stats TO %I', current_user) END
            FROM pg_stat_replication AS r WHERE r.state IS DISTINCT FROM 'backup'
            UNION ALL
            SELECT '', greatest(0, pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) / {Megabyte}),
                ARRAY['standby', round(coalesce(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 0))::text], NULL
            WHERE pg_is_in_recovery() AND pg_last_wal_receive_lsn() IS NOT NULL
            """;

    public static string Slots(int major) =>
        $"""
            SELECT s.slot_name::text, coalesce(pg_wal_lsn_diff({Now}, s.restart_lsn) / {Megabyte}, 0), ARRAY[coalesce(s.wal_status, '')], NULL::text
            FROM pg_replication_slots AS s WHERE NOT s.active
            """;

    // Those that columns use, and the default of the database; a version is recorded for that from PostgreSQL 15 on.
    public static string Collations(int major)
    {
        var ofDatabase = """
            UNION ALL
            SELECT d.datname, 1, ARRAY[d.datcollversion, pg_database_collation_actual_version(d.oid)], NULL
            FROM pg_database AS d
            WHERE d.datname = current_database() AND d.datcollversion <> pg_database_collation_actual_version(d.oid)
            """;
        return $"""
            SELECT c.collname::text, 1, ARRAY[c.collversion, pg_collation_actual_version(c.oid)], NULL::text
            FROM pg_collation AS c
            WHERE c.oid IN (SELECT a.attcollation FROM pg_attribute AS a WHERE a.attcollation <> 0 AND a.attrelid >= 16384)
                AND c.collversion <> pg_collation_actual_version(c.oid)
            {(major >= 15 ? ofDatabase : "")}
            """;
    }

    // Of a few blocks the share says nothing.
    public static string CacheHitRate(int major) =>
        """
            SELECT '', CASE WHEN d.blks_hit + d.blks_read >= 10000 THEN 100.0 * d.blks_hit / (d.blks_hit + d.blks_read) END,
                ARRAY[(d.blks_hit + d.blks_read)::text], NULL::text
            FROM pg_stat_database AS d WHERE d.datname = current_database()
            """;

    private static string Age(string age, string limit) =>
        $"""
            SELECT d.datname::text, 100.0 * {age} / current_setting('{limit}')::numeric, ARRAY[{age}::text], NULL::text
            FROM pg_database AS d
            """;
}
