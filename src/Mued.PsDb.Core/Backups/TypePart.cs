namespace Mued.PsDb.Backups;

/// <summary>A part of a column's type that its text is read by: what a domain, an array, a range or a composite type is made of.</summary>
/// <param name="Path">
/// Where it is in the column: <c>.name</c> for an attribute, <c>[]</c> for the elements, <c>&lt;&gt;</c> for the bounds, <c>:</c> for what is
/// below a domain.
/// </param>
/// <param name="Type">Its type with modifiers.</param>
internal sealed record TypePart(string Path, string Type)
{
    /// <summary>
    /// The parts of the columns of some tables in the order in which a value's text has them: table, column, path and type. The server's own
    /// types have none; they are what they are called.
    /// </summary>
    /// <param name="tables">The OIDs of the tables, as an SQL array.</param>
    /// <param name="with">What the query begins with, where it follows other common table expressions.</param>
    public static string Query(string tables, string with = "WITH RECURSIVE") =>
        $"""
            {with} part (attrelid, attnum, path, place, type, modifier) AS (
                SELECT a.attrelid, a.attnum, '', ARRAY[]::integer[], a.atttypid, a.atttypmod
                FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = ANY ({tables}) AND a.attnum > 0 AND NOT a.attisdropped
                UNION ALL
                SELECT p.attrelid, p.attnum, (p.path || n.step) COLLATE pg_catalog."default", p.place || n.place, n.type, n.modifier
                FROM part AS p JOIN pg_catalog.pg_type AS t ON t.oid = p.type AND t.oid >= 16384
                CROSS JOIN LATERAL (
                    SELECT '[]', 0, t.typelem, p.modifier WHERE t.typcategory = 'A' AND t.typelem <> 0
                    UNION ALL
                    SELECT ':', 0, t.typbasetype, t.typtypmod WHERE t.typtype = 'd'
                    UNION ALL
                    SELECT '<>', 0, r.rngsubtype, -1 FROM pg_catalog.pg_range AS r WHERE t.oid IN (r.rngtypid, r.rngmultitypid)
                    UNION ALL
                    SELECT '.' || quote_ident(a.attname), a.attnum::integer, a.atttypid, a.atttypmod
                    FROM pg_catalog.pg_attribute AS a WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
                ) AS n (step, place, type, modifier)
            )
            SELECT p.attrelid, p.attnum, p.path, pg_catalog.format_type(p.type, p.modifier) FROM part AS p WHERE p.path <> ''
            ORDER BY p.attrelid, p.attnum, p.place
            """;
}
