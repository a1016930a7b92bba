using System.Text.Json;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>Tables, views and whatever else has columns.</summary>
internal sealed class RelationQuery : CatalogQuery
{
    protected override string Select =>
        $"""
            SELECT 'pg_class'::regclass::oid AS class, c.oid AS object, n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind, c.relpersistence::text AS persistence,
                   CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
                   CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END AS partition_bound,
                   CASE WHEN c.relkind IN ('r', 'p', 'f') THEN
                       (SELECT json_agg(json_build_array(pn.nspname, p.relname) ORDER BY i.inhseqno)::text
                        FROM pg_inherits AS i
                        JOIN pg_class AS p ON p.oid = i.inhparent
                        JOIN pg_namespace AS pn ON pn.oid = p.relnamespace
                        WHERE i.inhrelid = c.oid) END AS parents,
                   CASE WHEN c.relkind = 'f' THEN
                       (SELECT json_build_array(s.srvname, {CatalogText.MaskedOptions("f.ftoptions")})::text
                        FROM pg_foreign_table AS f JOIN pg_foreign_server AS s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid) END AS server_and_options,
                   CASE WHEN c.reloptions IS NOT NULL THEN array_to_json(c.reloptions)::text END AS options,
                   c.relrowsecurity AS row_security, c.relforcerowsecurity AS force_row_security,
                   nullif(concat_ws(', ',
                   CASE WHEN c.relkind IN ('r', 'p', 'm') THEN CASE c.relreplident
                       WHEN 'f' THEN 'REPLICA IDENTITY FULL'
                       WHEN 'n' THEN 'REPLICA IDENTITY NOTHING'
                       WHEN 'i' THEN 'REPLICA IDENTITY USING INDEX ' || (SELECT quote_ident(x.relname)
                           FROM pg_index AS i JOIN pg_class AS x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisreplident) END END,
                   'CLUSTER ON ' || (SELECT quote_ident(x.relname)
                       FROM pg_index AS i JOIN pg_class AS x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisclustered),
                   'TABLESPACE ' || (SELECT quote_ident(s.spcname) FROM pg_tablespace AS s WHERE s.oid = c.reltablespace),
                   'USING ' || (SELECT quote_ident(m.amname) FROM pg_am AS m WHERE m.oid = c.relam AND (m.amname <> 'heap' OR c.relkind = 'p')),
                   'OF ' || format_type(nullif(c.reloftype, 0), NULL),
                   'TOAST (' || (SELECT array_to_string(x.reloptions, ', ') FROM pg_class AS x WHERE x.oid = c.reltoastrelid) || ')',
                   CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN 'WITH NO DATA' END,
                   CASE WHEN c.relispartition THEN
                       'TRIGGERS (' || (SELECT string_agg(format('%s TRIGGER %I', CASE g.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA'
                                                                                  WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END, g.tgname), ', ' ORDER BY g.tgname)
                           FROM pg_trigger AS g JOIN pg_trigger AS p ON p.oid = g.tgparentid
                           WHERE g.tgrelid = c.oid AND g.tgenabled <> p.tgenabled
                             AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.oid = g.tgconstraint AND k.contype <> 't')) || ')' END,
                   CASE WHEN c.relispartition AND EXISTS (SELECT FROM pg_inherits AS i WHERE i.inhrelid = c.oid AND i.inhdetachpending)
                        THEN 'DETACH PENDING' END), '') AS settings,
               d.description AS comment,
                   CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END AS query,
                   CASE WHEN c.relkind = 'c' THEN NULL
                        WHEN NOT has_schema_privilege(n.oid, 'USAGE') THEN 'USAGE'
                        WHEN NOT has_table_privilege(c.oid, 'SELECT') THEN 'SELECT'
                        WHEN c.relrowsecurity AND row_security_active(c.oid) THEN 'BYPASSRLS' END AS unreadable
            FROM scope
            JOIN pg_class AS c ON c.oid = scope.oid
            JOIN pg_namespace AS n ON n.oid = c.relnamespace
            LEFT JOIN pg_description AS d ON d.objsubid = 0 AND d.objoid = CASE c.relkind WHEN 'c' THEN c.reltype ELSE c.oid END
                AND d.classoid = CASE c.relkind WHEN 'c' THEN 'pg_type'::regclass ELSE 'pg_class'::regclass END
            WHERE NOT EXISTS (SELECT FROM pg_depend AS e
                              WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
            """;

    public override void Read(CatalogRow row, SnapshotParts parts)
    {
        var options = JsonText.Texts(row.TextOrNull("options"));
        string? server = null;
        if (row.TextOrNull("server_and_options") is { } foreign)
        {
            using var document = JsonDocument.Parse(foreign);
            server = document.RootElement[0].GetString();
            if (document.RootElement[1].ValueKind == JsonValueKind.Array)
                options = [.. document.RootElement[1].EnumerateArray().Select(item => item.GetString()!)];
        }

        var name = row.Name("schema", "name");
        var unreadable = row.TextOrNull("unreadable");
        parts.Add(
            row.Oid("object"),
            new()
            {
                Schema = name.Schema,
                Name = name.Name,
                Kind = row.Text("kind") switch
                {
                    "p" => RelationKind.PartitionedTable,
                    "f" => RelationKind.ForeignTable,
                    "v" => RelationKind.View,
                    "m" => RelationKind.MaterializedView,
                    "c" => RelationKind.CompositeType,
                    _ => RelationKind.Table,
                },
                Persistence = row.Text("persistence") switch
                {
                    "u" => RelationPersistence.Unlogged,
                    "t" => RelationPersistence.Temporary,
                    _ => RelationPersistence.Permanent,
                },
                PartitionKey = row.TextOrNull("partition_key"),
                PartitionBound = row.TextOrNull("partition_bound"),
                Parents = [.. JsonText.Names(row.TextOrNull("parents")).Select(parent => parent.ToString())],
                Server = server,
                Options = parts.Exact ? options : [.. options.Order(StringComparer.Ordinal)],
                RowSecurity = row.Is("row_security"),
                ForceRowSecurity = row.Is("force_row_security"),
                Settings = row.TextOrNull("settings"),
                Comment = row.TextOrNull("comment"),
                Definition = row.TextOrNull("query") is { } query
                    ? parts.Exact
                        ? query
                        : CatalogText.Query(query)
                    : null,
                Unreadable = unreadable is null ? null : GuardedQuery.PrivilegeText(unreadable, name, parts.User),
            }
        );
    }
}
