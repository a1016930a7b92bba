namespace Mued.PsDb.Schema;

/// <summary>The triggers of the relations, without the server's own and those inherited from a partitioned table.</summary>
internal sealed class TriggerQuery : CatalogQuery
{
    protected override string Select =>
        """
            SELECT 'pg_trigger'::regclass::oid AS class, t.oid AS object, t.tgrelid AS relation, t.tgname::text AS name, pg_get_triggerdef(t.oid) AS definition, t.tgenabled::text AS state,
                   d.description AS comment
            FROM scope
            JOIN pg_trigger AS t ON t.tgrelid = scope.oid AND NOT t.tgisinternal AND t.tgparentid = 0
            LEFT JOIN pg_description AS d ON d.objoid = t.oid AND d.classoid = 'pg_trigger'::regclass
            """;

    public override void Read(CatalogRow row, SnapshotParts parts) =>
        parts
            .RelationOf(row)
            ?.Triggers.Add(
                new()
                {
                    Name = row.Text("name"),
                    Definition = row.Text("definition"),
                    State = row.State("state"),
                    Comment = row.TextOrNull("comment"),
                }
            );
}
