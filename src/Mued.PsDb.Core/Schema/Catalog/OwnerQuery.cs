namespace Mued.PsDb.Schema;

/// <summary>The owners of everything in scope; what is made with an object and for it alone has the owner of that.</summary>
internal sealed class OwnerQuery : CatalogQuery
{
    // The catalogs whose objects lie in a schema, with the prefix of their columns.
    private static readonly (string Catalog, string Prefix)[] OfSchemas =
    [
        ("pg_proc", "pro"),
        ("pg_collation", "coll"),
        ("pg_conversion", "con"),
        ("pg_operator", "opr"),
        ("pg_opclass", "opc"),
        ("pg_opfamily", "opf"),
        ("pg_ts_config", "cfg"),
        ("pg_ts_dict", "dict"),
    ];

    public override CatalogPart Part => CatalogPart.Owners;

    public override int Parameters => 1;

    protected override string Select =>
        $"""
            SELECT o.catalog::oid AS class, o.oid AS object, i.type AS kind, CASE WHEN o.catalog = 'pg_database'::regclass THEN '' ELSE i.identity END AS name, pg_get_userbyid(o.owner)::text AS role
            FROM (
                SELECT 'pg_class'::regclass AS catalog, c.oid, c.relowner AS owner FROM scope JOIN pg_class AS c ON c.oid = scope.oid WHERE c.relkind <> 'c'
                UNION ALL
                SELECT 'pg_class'::regclass, c.oid, c.relowner
                FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                WHERE c.relkind = 'S' AND n.nspname IN (SELECT json_array_elements_text($1::json))
                UNION ALL
                SELECT 'pg_type'::regclass, t.oid, t.typowner
                FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
                WHERE n.nspname IN (SELECT json_array_elements_text($1::json)) AND t.typtype IN ('b', 'c', 'd', 'e', 'p', 'r')
                  AND NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = t.typrelid AND c.relkind <> 'c')
                  AND NOT EXISTS (SELECT FROM pg_type AS e WHERE e.oid = t.typelem AND e.typarray = t.oid)
                UNION ALL
                SELECT 'pg_namespace'::regclass, n.oid, n.nspowner FROM pg_namespace AS n WHERE n.nspname IN (SELECT json_array_elements_text($1::json))
                {string.Concat(OfSchemas.Select(item => InSchemas(item.Catalog, item.Prefix)))}
                UNION ALL
                SELECT 'pg_statistic_ext'::regclass, o.oid, o.stxowner FROM scope JOIN pg_statistic_ext AS o ON o.stxrelid = scope.oid
                UNION ALL
                SELECT d.catalog, d.oid, d.owner
                FROM (
                    SELECT 'pg_language'::regclass, oid, lanowner FROM pg_language WHERE oid >= 16384
                    UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid, fdwowner FROM pg_foreign_data_wrapper
                    UNION ALL SELECT 'pg_foreign_server'::regclass, oid, srvowner FROM pg_foreign_server
                    UNION ALL SELECT 'pg_event_trigger'::regclass, oid, evtowner FROM pg_event_trigger
                    UNION ALL SELECT 'pg_publication'::regclass, oid, pubowner FROM pg_publication
                    UNION ALL SELECT 'pg_database'::regclass, oid, datdba FROM pg_database WHERE datname = current_database()
                    UNION ALL SELECT 'pg_subscription'::regclass, s.oid, s.subowner
                              FROM pg_subscription AS s JOIN pg_database AS b ON b.oid = s.subdbid AND b.datname = current_database()
                ) AS d (catalog, oid, owner)
                WHERE current_setting('mued.database')::boolean
            ) AS o
            CROSS JOIN LATERAL pg_identify_object(o.catalog, o.oid, 0) AS i
            WHERE NOT EXISTS (SELECT FROM pg_depend AS e WHERE e.classid = o.catalog AND e.objid = o.oid AND e.deptype IN ('e', 'i'))
            """;

    private static string InSchemas(string catalog, string prefix) =>
        $"""
            UNION ALL
                SELECT '{catalog}'::regclass, o.oid, o.{prefix}owner
                FROM {catalog} AS o JOIN pg_namespace AS n ON n.oid = o.{prefix}namespace
                WHERE n.nspname IN (SELECT json_array_elements_text($1::json))

            """;

    public override void Read(CatalogRow row, SnapshotParts parts) =>
        parts.Owners.Add(
            new()
            {
                Kind = row.Text("kind"),
                Name = row.Text("name"),
                Role = row.Text("role"),
            }
        );
}
