namespace Mued.PsDb.Schema;

/// <summary>The columns of the relations.</summary>
internal sealed class ColumnQuery : CatalogQuery
{
    protected override string Select =>
        $"""
            SELECT 'pg_class'::regclass::oid AS class, a.attrelid AS object, a.attrelid AS relation, a.attnum AS number, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS not_null,
                   pg_get_expr(x.adbin, x.adrelid) AS expression, a.attidentity::text AS identity, a.attgenerated::text AS generated,
                   CASE WHEN a.attcollation <> t.typcollation THEN
                       (SELECT json_build_array(n.nspname, c.collname)::text
                        FROM pg_collation AS c JOIN pg_namespace AS n ON n.oid = c.collnamespace WHERE c.oid = a.attcollation) END AS collation,
                   nullif(concat_ws(', ',
                   CASE WHEN a.attstorage <> t.typstorage THEN 'STORAGE ' || CASE a.attstorage
                       WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END,
                   CASE a.attcompression WHEN 'p' THEN 'COMPRESSION pglz' WHEN 'l' THEN 'COMPRESSION lz4' END,
                   CASE WHEN a.attstattarget >= 0 THEN 'STATISTICS ' || a.attstattarget END,
                   array_to_string(a.attoptions, ', '),
                   'OPTIONS (' || array_to_string({CatalogText.MaskedOptions("a.attfdwoptions")}, ', ') || ')'), '') AS settings,
               d.description AS comment,
               NOT a.attislocal AND NOT c.relispartition AS inherited
            FROM scope
            JOIN pg_attribute AS a ON a.attrelid = scope.oid AND a.attnum > 0 AND NOT a.attisdropped
            JOIN pg_class AS c ON c.oid = a.attrelid
            JOIN pg_type AS t ON t.oid = a.atttypid
            LEFT JOIN pg_attrdef AS x ON x.adrelid = a.attrelid AND x.adnum = a.attnum
            LEFT JOIN pg_description AS d ON d.objoid = a.attrelid AND d.classoid = 'pg_class'::regclass AND d.objsubid = a.attnum
            ORDER BY a.attrelid, a.attnum
            """;

    public override CatalogObject ObjectOf(CatalogRow row) => base.ObjectOf(row) with { Column = row.Number16("number") };

    public override void Read(CatalogRow row, SnapshotParts parts)
    {
        if (parts.RelationOf(row) is not { } relation)
            return;
        var expression = row.TextOrNull("expression");
        var generated = row.Text("generated");
        relation.Columns.Add(
            row.Number16("number"),
            new()
            {
                Name = row.Text("name"),
                Type = row.Text("type"),
                NotNull = row.Is("not_null"),
                Default = generated.Length == 0 ? expression : null,
                Identity = row.Text("identity") switch
                {
                    "a" => IdentityKind.Always,
                    "d" => IdentityKind.ByDefault,
                    _ => IdentityKind.None,
                },
                GeneratedStored = generated == "s" ? expression : null,
                GeneratedVirtual = generated == "v" ? expression : null,
                Inherited = row.Is("inherited"),
                Collation = row.NameOrNull("collation")?.ToString(),
                Settings = row.TextOrNull("settings"),
                Comment = row.TextOrNull("comment"),
            }
        );
    }
}
