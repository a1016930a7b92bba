namespace Mued.PsDb.Inspection;

/// <summary>What large objects hold, as SQL.</summary>
internal static class LargeObjectContent
{
    /// <summary>How many bytes are read at once; a last piece holds fewer, if need be none.</summary>
    public const int PieceSize = 1 << 18;

    /// <summary>Whether the current role may read the large object m.</summary>
    public static string Readable { get; } = Allowed("SELECT");

    /// <summary>Whether it may write to it.</summary>
    public static string Writable { get; } = Allowed("UPDATE");

    /// <summary>
    /// The common table expression "closed": oid, readable and bytes of the large objects that are there. How large one is can only be asked of
    /// one that is open. Each step waits for the one before it, for the number of an open one is used again.
    /// </summary>
    /// <param name="wanted">A query for their numbers.</param>
    public static string Sized(string wanted) =>
        $"""
            WITH wanted (oid) AS ({wanted}), opened AS MATERIALIZED (
                SELECT m.oid, may.readable, CASE WHEN may.readable THEN pg_catalog.lo_open(m.oid, 262144) END AS file
                FROM pg_catalog.pg_largeobject_metadata AS m JOIN wanted AS w ON w.oid = m.oid CROSS JOIN LATERAL (SELECT {Readable} AS readable) AS may
            ), sized AS MATERIALIZED (
                SELECT oid, readable, file, pg_catalog.lo_lseek64(file, 0, 2) AS bytes FROM opened
            ), closed AS MATERIALIZED (
                SELECT oid, readable, bytes, pg_catalog.lo_close(file) FROM sized
            )
            """;

    /// <summary>A query for oid and digest (as text) of those that can be read.</summary>
    /// <param name="wanted">A query for their numbers.</param>
    public static string Digests(string wanted) =>
        $"""
            {Sized(wanted)}
            SELECT c.oid, (
                SELECT pg_catalog.encode(pg_catalog.sha256(pg_catalog.string_agg(
                    pg_catalog.sha256(pg_catalog.lo_get(c.oid, p.start, {PieceSize})), ''::bytea ORDER BY p.start)), 'hex')
                FROM pg_catalog.generate_series(0, c.bytes, {PieceSize}) AS p (start)
            ) AS digest FROM closed AS c WHERE c.readable
            """;

    private static string Allowed(string privilege) =>
        $"""
            (pg_catalog.current_setting('lo_compat_privileges')::boolean OR (SELECT u.rolsuper FROM pg_catalog.pg_roles AS u WHERE u.rolname = current_user)
                OR EXISTS (SELECT FROM pg_catalog.aclexplode(coalesce(m.lomacl, pg_catalog.acldefault('L', m.lomowner))) AS a
                    WHERE a.privilege_type = '{privilege}' AND (a.grantee = 0 OR pg_catalog.pg_has_role(a.grantee, 'USAGE'))))
            """;
}
