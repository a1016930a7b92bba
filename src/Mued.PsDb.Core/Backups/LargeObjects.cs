using Mued.PsDb.Inspection;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Backups;

/// <summary>
/// The large objects that an undo takes: those that the scripts unlink or overwrite, and those that the rows that go refer to, from columns of the type oid
/// or of a domain over it, for which they are orphans afterwards (PostgreSQL manual, vacuumlo). Those stay, and a cleaner may take them later.
/// </summary>
internal static class LargeObjects
{
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

    /// <summary>
    /// The privileges of the large object m, as statements, since the text of an access list cannot be read where one of its roles is gone; NULL
    /// for those that it has from its making.
    /// </summary>
    public const string Grants = """
        CASE WHEN m.lomacl IS NOT NULL
            THEN pg_catalog.format('REVOKE ALL ON LARGE OBJECT %s FROM %I', m.oid, pg_catalog.pg_get_userbyid(m.lomowner)) || ARRAY(
                SELECT pg_catalog.format('GRANT %s ON LARGE OBJECT %s TO %s%s', a.privilege_type, m.oid,
                    CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END,
                    CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' END)
                FROM pg_catalog.aclexplode(m.lomacl) AS a) END
        """;

    /// <summary>Whether any may go, as far as that is known without a look at rows.</summary>
    public static bool MayGo(DataLoss loss) => loss.Large.Any || loss.Copied.Any(relation => relation.References.Count > 0);

    /// <summary>One row: how many can be copied, how many bytes these hold, how many cannot be read, and the numbers of the first, if few.</summary>
    public static string Count(DataLoss loss) =>
        $"""
            {Sized(loss)}
            SELECT count(*) FILTER (WHERE readable), coalesce(sum(bytes), 0)::bigint, count(*) FILTER (WHERE NOT readable),
                CASE WHEN count(*) <= {UndoneTable.Most} THEN coalesce(array_agg(oid) FILTER (WHERE readable), '{"{}"}') ELSE '{"{}"}' END
            FROM closed
            """;

    /// <summary>
    /// Their pieces, with <see cref="Columns"/>. A large object cannot be locked against writers; one statement sees all of it as it was at one
    /// time.
    /// </summary>
    public static string Pieces(DataLoss loss) =>
        $"""
            {Sized(loss)}
            SELECT m.oid, p.start, pg_catalog.lo_get(m.oid, p.start, {LargeObjectContent.PieceSize}), n.owner, n.comment, n.grants
            FROM closed AS c JOIN pg_catalog.pg_largeobject_metadata AS m ON m.oid = c.oid
            CROSS JOIN LATERAL pg_catalog.generate_series(0, c.bytes, {LargeObjectContent.PieceSize}) AS p (start)
            LEFT JOIN LATERAL (
                SELECT pg_catalog.pg_get_userbyid(m.lomowner) AS owner, pg_catalog.obj_description(m.oid, 'pg_largeobject') AS comment, {Grants} AS grants
            ) AS n ON p.start = 0
            WHERE c.readable
            """;

    private static string Sized(DataLoss loss) =>
        LargeObjectContent.Sized(
            string.Join(
                " UNION ",
                loss.Copied.SelectMany(relation => relation.References.Select(column => References(relation, column)))
                    .Prepend(loss.Large.Named)
            )
        );

    private static string References(LostRelation relation, LostRelation.Column column) =>
        $"SELECT t.{ObjectName.Quote(column.Name)}::oid FROM ONLY {relation.Name} AS t{(relation.Image == RowImage.Changed ? $" WHERE {relation.IsChanged}" : "")}";
}
