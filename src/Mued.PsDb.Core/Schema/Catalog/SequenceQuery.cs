using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>Sequences: those of whole schemas, those that are named, and those that a relation owns, unless that relation is left out.</summary>
internal sealed class SequenceQuery : CatalogQuery
{
    protected override string Select =>
        """
            , wanted AS (
                SELECT c.oid FROM json_array_elements_text($1::json) AS s
                JOIN pg_namespace AS n ON n.nspname = s JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relkind = 'S'
                UNION
                SELECT c.oid FROM json_array_elements($2::json) AS o
                JOIN pg_namespace AS n ON n.nspname = o->>0
                JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = o->>1 AND c.relkind = 'S'
                UNION
                SELECT o.objid FROM scope
                JOIN pg_depend AS o ON o.refclassid = 'pg_class'::regclass AND o.refobjid = scope.oid
                    AND o.classid = 'pg_class'::regclass AND o.deptype IN ('a', 'i')
            )
            SELECT 'pg_class'::regclass::oid AS class, c.oid AS object, n.nspname::text AS schema, c.relname::text AS name, format_type(s.seqtypid, NULL) AS type,
                   s.seqstart AS start, s.seqincrement AS increment, s.seqmin AS minimum, s.seqmax AS maximum, s.seqcache AS cache, s.seqcycle AS cycle,
                   tn.nspname::text AS owner_schema, t.relname::text AS owner_table, a.attname::text AS owner_column,
                   o.deptype = 'i' AS identity, CASE WHEN c.relpersistence = 'u' THEN 'UNLOGGED' END AS settings, d.description AS comment
            FROM wanted
            JOIN pg_class AS c ON c.oid = wanted.oid AND c.relkind = 'S'
            JOIN pg_sequence AS s ON s.seqrelid = c.oid
            JOIN pg_namespace AS n ON n.oid = c.relnamespace
            LEFT JOIN pg_depend AS o ON o.classid = 'pg_class'::regclass AND o.objid = c.oid
                AND o.refclassid = 'pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i')
            LEFT JOIN pg_class AS t ON t.oid = o.refobjid
            LEFT JOIN pg_namespace AS tn ON tn.oid = t.relnamespace
            LEFT JOIN pg_attribute AS a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
            LEFT JOIN pg_description AS d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0
            WHERE NOT EXISTS (SELECT FROM pg_depend AS e
                              WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
              AND NOT EXISTS (SELECT FROM json_array_elements($3::json) AS r WHERE tn.nspname = r->>0 AND t.relname = r->>1)
            """;

    public override int Parameters => 3;

    public override void Read(CatalogRow row, SnapshotParts parts) =>
        parts.Sequences.Add(
            new()
            {
                Schema = row.Text("schema"),
                Name = row.Text("name"),
                Type = row.Text("type"),
                Start = row.Number("start"),
                Increment = row.Number("increment"),
                Minimum = row.Number("minimum"),
                Maximum = row.Number("maximum"),
                Cache = row.Number("cache"),
                Cycle = row.Is("cycle"),
                OwnedBy = row.TextOrNull("owner_column") is { } column
                    ? row.Name("owner_schema", "owner_table") + "." + ObjectName.Quote(column)
                    : null,
                Identity = row.IsOrNull("identity") == true,
                Settings = row.TextOrNull("settings"),
                Comment = row.TextOrNull("comment"),
            }
        );
}
