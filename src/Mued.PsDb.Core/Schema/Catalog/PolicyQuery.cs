using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>The row-level security policies of the relations.</summary>
internal sealed class PolicyQuery : CatalogQuery
{
    protected override string Select =>
        """
            SELECT 'pg_policy'::regclass::oid AS class, p.oid AS object, p.polrelid AS relation, p.polname::text AS name, p.polcmd::text AS command, p.polpermissive AS permissive,
                   (SELECT json_agg(CASE WHEN r = 0 THEN 'public' ELSE pg_get_userbyid(r)::text END)::text FROM unnest(p.polroles) AS r) AS roles,
                   pg_get_expr(p.polqual, p.polrelid) AS using_expression,
                   pg_get_expr(p.polwithcheck, p.polrelid) AS check_expression, d.description AS comment
            FROM scope
            JOIN pg_policy AS p ON p.polrelid = scope.oid
            LEFT JOIN pg_description AS d ON d.objoid = p.oid AND d.classoid = 'pg_policy'::regclass
            """;

    public override void Read(CatalogRow row, SnapshotParts parts) =>
        parts
            .RelationOf(row)
            ?.Policies.Add(
                new()
                {
                    Name = row.Text("name"),
                    Command = row.Text("command") switch
                    {
                        "r" => PolicyCommand.Select,
                        "a" => PolicyCommand.Insert,
                        "w" => PolicyCommand.Update,
                        "d" => PolicyCommand.Delete,
                        _ => PolicyCommand.All,
                    },
                    Restrictive = !row.Is("permissive"),
                    Roles = [.. JsonText.Texts(row.TextOrNull("roles")).Order(StringComparer.Ordinal)],
                    Using = row.TextOrNull("using_expression"),
                    WithCheck = row.TextOrNull("check_expression"),
                    Comment = row.TextOrNull("comment"),
                }
            );
}
