namespace Mued.PsDb.Schema;

/// <summary>The rewrite rules of the relations, without those that make a view.</summary>
internal sealed class RuleQuery : CatalogQuery
{
    protected override string Select =>
        """
            SELECT 'pg_rewrite'::regclass::oid AS class, r.oid AS object, r.ev_class AS relation, r.rulename::text AS name, pg_get_ruledef(r.oid) AS definition, r.ev_enabled::text AS state,
                   d.description AS comment
            FROM scope
            JOIN pg_rewrite AS r ON r.ev_class = scope.oid AND r.rulename <> '_RETURN'
            LEFT JOIN pg_description AS d ON d.objoid = r.oid AND d.classoid = 'pg_rewrite'::regclass
            """;

    public override void Read(CatalogRow row, SnapshotParts parts) =>
        parts
            .RelationOf(row)
            ?.Rules.Add(
                new()
                {
                    Name = row.Text("name"),
                    Definition = CatalogText.Lines(row.Text("definition")),
                    State = row.State("state"),
                    Comment = row.TextOrNull("comment"),
                }
            );
}
