using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>Enum types with their labels, in order.</summary>
internal sealed class EnumQuery() : TypeQuery('e')
{
    protected override string SelectTypes =>
        """
            SELECT 'pg_type'::regclass::oid AS class, t.oid AS object, n.nspname::text AS schema, t.typname::text AS name,
                   (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder)::text FROM pg_enum AS e WHERE e.enumtypid = t.oid) AS labels,
                   d.description AS comment
            FROM wanted
            JOIN pg_type AS t ON t.oid = wanted.oid
            JOIN pg_namespace AS n ON n.oid = t.typnamespace
            LEFT JOIN pg_description AS d ON d.objoid = t.oid AND d.classoid = 'pg_type'::regclass
            WHERE NOT EXISTS (SELECT FROM pg_depend AS e
                              WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
            """;

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
