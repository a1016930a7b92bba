using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>Enum types: those of whole schemas, those that are named, and those of the relations' columns.</summary>
internal sealed class EnumQuery : CatalogQuery
{
    protected override string Select =>
        """
            , wanted AS (
                SELECT t.oid FROM json_array_elements_text($1::json) AS s
                JOIN pg_namespace AS n ON n.nspname = s JOIN pg_type AS t ON t.typnamespace = n.oid AND t.typtype = 'e'
                UNION
                SELECT t.oid FROM json_array_elements($2::json) AS o
                JOIN pg_namespace AS n ON n.nspname = o->>0
                JOIN pg_type AS t ON t.typnamespace = n.oid AND t.typname = o->>1 AND t.typtype = 'e'
                UNION
                SELECT CASE WHEN t.typelem <> 0 THEN t.typelem ELSE t.oid END
                FROM scope
                JOIN pg_attribute AS a ON a.attrelid = scope.oid AND a.attnum > 0 AND a.atttypid >= 16384
                JOIN pg_type AS t ON t.oid = a.atttypid
            )
            SELECT n.nspname::text AS schema, t.typname::text AS name,
                   (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder)::text FROM pg_enum AS e WHERE e.enumtypid = t.oid) AS labels,
                   d.description AS comment
            FROM wanted
            JOIN pg_type AS t ON t.oid = wanted.oid AND t.typtype = 'e'
            JOIN pg_namespace AS n ON n.oid = t.typnamespace
            LEFT JOIN pg_description AS d ON d.objoid = t.oid AND d.classoid = 'pg_type'::regclass
            WHERE NOT EXISTS (SELECT FROM pg_depend AS e
                              WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
            """;

    public override int Parameters => 2;

    public override void Read(CatalogRow row, SnapshotParts parts) =>
        parts.Enums.Add(
            new()
            {
                Schema = row.Text("schema"),
                Name = row.Text("name"),
                Labels = JsonText.Texts(row.TextOrNull("labels")),
                Comment = row.TextOrNull("comment"),
            }
        );
}
