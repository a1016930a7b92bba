using Mued.PsDb.Sql;

namespace Mued.PsDb.Schema;

/// <summary>Domains, one row a check; the rows of one domain follow each other.</summary>
internal sealed class DomainQuery() : TypeQuery('d')
{
    protected override string SelectTypes =>
        """
            SELECT 'pg_type'::regclass::oid AS class, t.oid AS object, n.nspname::text AS schema, t.typname::text AS name, format_type(t.typbasetype, t.typtypmod) AS type, t.typnotnull AS not_null,
                   pg_get_expr(t.typdefaultbin, 0) AS default_value,
                   CASE WHEN t.typcollation <> b.typcollation THEN
                       (SELECT json_build_array(cn.nspname, c.collname)::text
                        FROM pg_collation AS c JOIN pg_namespace AS cn ON cn.oid = c.collnamespace WHERE c.oid = t.typcollation) END AS collation,
                   d.description AS comment,
                   k.conname::text AS check_name, pg_get_constraintdef(k.oid) AS check_definition, k.convalidated AS check_validated,
                   kd.description AS check_comment
            FROM wanted
            JOIN pg_type AS t ON t.oid = wanted.oid
            JOIN pg_type AS b ON b.oid = t.typbasetype
            JOIN pg_namespace AS n ON n.oid = t.typnamespace
            LEFT JOIN pg_constraint AS k ON k.contypid = t.oid AND k.contype = 'c'
            LEFT JOIN pg_description AS kd ON kd.objoid = k.oid AND kd.classoid = 'pg_constraint'::regclass
            LEFT JOIN pg_description AS d ON d.objoid = t.oid AND d.classoid = 'pg_type'::regclass
            WHERE NOT EXISTS (SELECT FROM pg_depend AS e
                              WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
            ORDER BY t.oid
            """;

    public override void Read(CatalogRow row, SnapshotParts parts)
    {
        var domains = parts.Domains;
        var name = row.Name("schema", "name");
        if (domains.Count == 0 || new ObjectName(domains[^1].Schema, domains[^1].Name) != name)
        {
            domains.Add(
                new()
                {
                    Schema = name.Schema,
                    Name = name.Name,
                    Type = row.Text("type"),
                    NotNull = row.Is("not_null"),
                    Default = row.TextOrNull("default_value"),
                    Collation = row.NameOrNull("collation")?.ToString(),
                    Comment = row.TextOrNull("comment"),
                }
            );
        }

        if (row.TextOrNull("check_name") is not { } constraint)
            return;
        var check = new ConstraintSnapshot
        {
            Name = constraint,
            Kind = ConstraintKind.Check,
            Definition = CatalogText.Constraint(row.Text("check_definition")),
            NotValid = !row.Is("check_validated"),
            Comment = row.TextOrNull("check_comment"),
        };
        domains[^1] = domains[^1] with
        {
            Constraints = [.. domains[^1].Constraints.Append(check).OrderBy(c => c.Name, StringComparer.Ordinal)],
        };
    }
}
