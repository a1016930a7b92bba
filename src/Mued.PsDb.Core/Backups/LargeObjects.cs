using System.Globalization;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Backups;

/// <summary>
/// The large objects that an undo takes: those that the scripts unlink, and those that the rows that go refer to, from columns of the type oid
/// or of a domain over it, for which they are orphans afterwards (PostgreSQL manual, vacuumlo). Those stay, and a cleaner may take them later.
/// </summary>
internal static class LargeObjects
{
    /// <summary>How many bytes a row of the copy holds; the last one of an object holds fewer, if need be none.</summary>
    public const int PieceSize = 1 << 18;

    /// <summary>The columns of the copy: a piece of an object, and with its first piece whose it is and what is said of it.</summary>
    public static IReadOnlyList<BackupColumn> Columns { get; } =
    [
        new("oid", "oid", null),
        new("start", "bigint", null),
        new("data", "bytea", null),
        new("owner", "text", null),
        new("comment", "text", null),
        new("grants", "text[]", null),
    ];

    /// <summary>Whether the current role may read the large object m.</summary>
    public const string Readable = """
        (pg_catalog.current_setting('lo_compat_privileges')::boolean OR (SELECT u.rolsuper FROM pg_catalog.pg_roles AS u WHERE u.rolname = current_user)
            OR EXISTS (SELECT FROM pg_catalog.aclexplode(coalesce(m.lomacl, pg_catalog.acldefault('L', m.lomowner))) AS a
                WHERE a.privilege_type = 'SELECT' AND (a.grantee = 0 OR pg_catalog.pg_has_role(a.grantee, 'USAGE'))))
        """;

    // Statements, since the text of an access list cannot be read where one of its roles is gone.
    private const string Grants = """
        CASE WHEN m.lomacl IS NOT NULL
            THEN pg_catalog.format('REVOKE ALL ON LARGE OBJECT %s FROM %I', m.oid, pg_catalog.pg_get_userbyid(m.lomowner)) || ARRAY(
                SELECT pg_catalog.format('GRANT %s ON LARGE OBJECT %s TO %s%s', a.privilege_type, m.oid,
                    CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END,
                    CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' END)
                FROM pg_catalog.aclexplode(m.lomacl) AS a) END
        """;

    /// <summary>Whether any may go, as far as that is known without a look at rows.</summary>
    public static bool MayGo(DataLoss loss) => loss.Unlinked.Count > 0 || loss.Copied.Any(relation => relation.References.Count > 0);

    /// <summary>One row: how many can be copied, how many bytes these hold, and how many cannot be read.</summary>
    public static string Count(DataLoss loss) =>
        $"""
            {Sized(loss)}
            SELECT count(*) FILTER (WHERE readable), coalesce(sum(bytes), 0)::bigint, count(*) FILTER (WHERE NOT readable) FROM closed
            """;

    /// <summary>
    /// Their pieces, with <see cref="Columns"/>. A large object cannot be locked against writers; one statement sees all of it as it was at one
    /// time.
    /// </summary>
    public static string Pieces(DataLoss loss) =>
        $"""
            {Sized(loss)}
            SELECT m.oid, p.start, pg_catalog.lo_get(m.oid, p.start, {PieceSize}), n.owner, n.comment, n.grants
            FROM closed AS c JOIN pg_catalog.pg_largeobject_metadata AS m ON m.oid = c.oid
            CROSS JOIN LATERAL pg_catalog.generate_series(0, c.bytes, {PieceSize}) AS p (start)
            LEFT JOIN LATERAL (
                SELECT pg_catalog.pg_get_userbyid(m.lomowner) AS owner, pg_catalog.obj_description(m.oid, 'pg_largeobject') AS comment, {Grants} AS grants
            ) AS n ON p.start = 0
            WHERE c.readable
            """;

    // How large one is can only be asked of one that is open. Each step waits for the one before it, for the number of an open one is used again.
    private static string Sized(DataLoss loss)
    {
        var named = loss.Copied.SelectMany(relation => relation.References.Select(column => References(relation, column)));
        var unlinked = string.Join(",", loss.Unlinked.Select(oid => oid.ToString(CultureInfo.InvariantCulture)));
        return $$"""
            WITH wanted (oid) AS (
                {{string.Join(" UNION ", named.Prepend($"SELECT pg_catalog.unnest('{{{unlinked}}}'::oid[])"))}}
            ), opened AS MATERIALIZED (
                SELECT m.oid, r.readable, CASE WHEN r.readable THEN pg_catalog.lo_open(m.oid, 262144) END AS file
                FROM pg_catalog.pg_largeobject_metadata AS m JOIN wanted AS w ON w.oid = m.oid CROSS JOIN LATERAL (SELECT {{Readable}} AS readable) AS r
            ), sized AS MATERIALIZED (
                SELECT oid, readable, file, pg_catalog.lo_lseek64(file, 0, 2) AS bytes FROM opened
            ), closed AS MATERIALIZED (
                SELECT oid, readable, bytes, pg_catalog.lo_close(file) FROM sized
            )
            """;
    }

    private static string References(LostRelation relation, LostRelation.Column column) =>
        $"SELECT t.{ObjectName.Quote(column.Name)}::oid FROM ONLY {relation.Name} AS t{(relation.Image == RowImage.Changed ? $" WHERE {relation.IsChanged}" : "")}";
}
