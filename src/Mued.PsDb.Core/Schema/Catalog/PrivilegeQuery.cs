namespace Mued.PsDb.Schema;

/// <summary>
/// The privileges on everything in scope, one row an object and role, where they are not what the server grants by itself (acldefault).
/// Where a role has all that there are, that is ALL, for newer versions have more.
/// </summary>
internal sealed class PrivilegeQuery : CatalogQuery
{
    public override CatalogPart Part => CatalogPart.Privileges;

    public override int Parameters => 3;

    protected override string Select =>
        """
            , objects AS (
                SELECT 'pg_class'::regclass AS catalog, c.oid, 0 AS number, c.relowner AS owner, c.relacl AS acl, 'r'::"char" AS type, true AS defaulted
                FROM scope JOIN pg_class AS c ON c.oid = scope.oid
                UNION ALL
                SELECT 'pg_class'::regclass, a.attrelid, a.attnum, c.relowner, a.attacl, 'c', false
                FROM scope JOIN pg_class AS c ON c.oid = scope.oid
                JOIN pg_attribute AS a ON a.attrelid = scope.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped
                UNION ALL
                SELECT 'pg_class'::regclass, c.oid, 0, c.relowner, c.relacl, 's', true
                FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                WHERE c.relkind = 'S' AND n.nspname IN (SELECT json_array_elements_text($1::json))
                  AND NOT EXISTS (SELECT FROM pg_depend AS o
                      JOIN pg_class AS t ON t.oid = o.refobjid JOIN pg_namespace AS tn ON tn.oid = t.relnamespace
                      JOIN json_array_elements($3::json) AS r ON tn.nspname = r->>0 AND t.relname = r->>1
                      WHERE o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.refclassid = 'pg_class'::regclass AND o.deptype IN ('a', 'i'))
                UNION ALL
                SELECT 'pg_proc'::regclass, p.oid, 0, p.proowner, p.proacl, 'f', true
                FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE n.nspname IN (SELECT json_array_elements_text($1::json))
                UNION ALL
                SELECT 'pg_type'::regclass, t.oid, 0, t.typowner, t.typacl, 'T', true
                FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace WHERE n.nspname IN (SELECT json_array_elements_text($1::json))
                UNION ALL
                SELECT 'pg_namespace'::regclass, n.oid, 0, n.nspowner, n.nspacl, 'n', true
                FROM pg_namespace AS n WHERE n.nspname IN (SELECT json_array_elements_text($1::json))
                UNION ALL
                SELECT 'pg_default_acl'::regclass, d.oid, 0, d.defaclrole, d.defaclacl,
                       CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclnamespace = 0
                FROM pg_default_acl AS d LEFT JOIN pg_namespace AS n ON n.oid = d.defaclnamespace
                WHERE n.nspname IN (SELECT json_array_elements_text($1::json)) OR d.defaclnamespace = 0 AND current_setting('mued.database')::boolean
                UNION ALL
                SELECT d.* FROM (
                    SELECT 'pg_language'::regclass, oid, 0, lanowner, lanacl, 'l'::"char", true FROM pg_language WHERE lanpltrusted
                    UNION ALL
                    SELECT 'pg_foreign_data_wrapper'::regclass, oid, 0, fdwowner, fdwacl, 'F', true FROM pg_foreign_data_wrapper
                    UNION ALL SELECT 'pg_foreign_server'::regclass, oid, 0, srvowner, srvacl, 'S', true FROM pg_foreign_server
                    UNION ALL SELECT 'pg_database'::regclass, oid, 0, datdba, datacl, 'd', true FROM pg_database WHERE datname = current_database()
                ) AS d WHERE current_setting('mued.database')::boolean
            ), whole AS (
                SELECT t.type, string_agg(x.privilege_type, ', ' ORDER BY x.privilege_type) AS privileges,
                       string_agg(x.privilege_type || ' WITH GRANT OPTION', ', ' ORDER BY x.privilege_type) AS passed_on
                FROM (SELECT DISTINCT type FROM objects WHERE acl IS NOT NULL AND type <> 'c') AS t
                CROSS JOIN LATERAL aclexplode(acldefault(t.type, 10)) AS x
                WHERE x.grantee = 10
                GROUP BY t.type
                UNION ALL
                SELECT 'c', string_agg(p, ', '), string_agg(p || ' WITH GRANT OPTION', ', ')
                FROM unnest(ARRAY['INSERT', 'REFERENCES', 'SELECT', 'UPDATE']) AS p
            ), grants AS (
                SELECT catalog, oid, number, owner, type, grantee,
                       coalesce(string_agg(DISTINCT privilege, ', ' ORDER BY privilege) FILTER (WHERE NOT builtin), '') AS actual,
                       coalesce(string_agg(DISTINCT privilege, ', ' ORDER BY privilege) FILTER (WHERE builtin), '') AS usual,
                       bool_or(grantor <> owner) AS by_others
                FROM (
                    SELECT o.catalog, o.oid, o.number, o.owner, o.type, x.grantee, x.grantor, false AS builtin,
                           x.privilege_type || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS privilege
                    FROM objects AS o CROSS JOIN LATERAL aclexplode(o.acl) AS x WHERE o.acl IS NOT NULL
                    UNION ALL
                    SELECT o.catalog, o.oid, o.number, o.owner, o.type, x.grantee, x.grantor, true, x.privilege_type
                    FROM objects AS o CROSS JOIN LATERAL aclexplode(acldefault(o.type, o.owner)) AS x WHERE o.acl IS NOT NULL AND o.defaulted
                ) AS item
                GROUP BY catalog, oid, number, owner, type, grantee
            )
            SELECT g.catalog::oid AS class, g.oid AS object, g.number::smallint AS number, i.type AS kind, CASE WHEN g.catalog = 'pg_database'::regclass THEN '' ELSE i.identity END AS name,
                   CASE WHEN g.grantee = 0 THEN 'PUBLIC' WHEN g.grantee = g.owner THEN '' ELSE pg_get_userbyid(g.grantee)::text END AS role,
                   CASE g.actual WHEN w.privileges THEN 'ALL' WHEN w.passed_on THEN 'ALL WITH GRANT OPTION' ELSE g.actual END AS privileges, g.by_others
            FROM grants AS g JOIN whole AS w ON w.type = g.type CROSS JOIN LATERAL pg_identify_object(g.catalog, g.oid, g.number) AS i
            WHERE g.actual <> g.usual
              AND NOT EXISTS (SELECT FROM pg_depend AS e WHERE e.classid = g.catalog AND e.objid = g.oid AND e.deptype = 'e')
            """;

    public override CatalogObject ObjectOf(CatalogRow row) => base.ObjectOf(row) with { Column = row.Number16("number") };

    public override void Read(CatalogRow row, SnapshotParts parts) =>
        parts.Privileges.Add(
            new()
            {
                Kind = row.Text("kind"),
                Name = row.Text("name"),
                Role = row.Text("role"),
                Privileges = row.Text("privileges").Split(", ", StringSplitOptions.RemoveEmptyEntries),
                ByOthers = row.Is("by_others"),
            }
        );
}
