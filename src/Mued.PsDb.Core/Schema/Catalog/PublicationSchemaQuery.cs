namespace Mued.PsDb.Schema;

/// <summary>The schemas of publications, one by one, by what depends on what: the catalog that has them is not there before 15.</summary>
internal sealed class PublicationSchemaQuery : CatalogQuery
{
    public override CatalogPart Part => CatalogPart.Pieces;

    public override int Parameters => 1;

    protected override string Select =>
        """
            SELECT d.classid AS class, d.objid AS object, format('%I IN %I', n.nspname, p.pubname) AS name,
                   format('ALTER PUBLICATION %I ADD TABLES IN SCHEMA %I', p.pubname, n.nspname) AS definition
            FROM pg_depend AS d
            JOIN pg_class AS c ON c.oid = d.classid AND c.relname = 'pg_publication_namespace' AND c.relnamespace = 'pg_catalog'::regnamespace
            JOIN pg_namespace AS n ON n.oid = d.refobjid AND n.nspname IN (SELECT json_array_elements_text($1::json))
            JOIN pg_depend AS o ON o.classid = d.classid AND o.objid = d.objid AND o.refclassid = 'pg_publication'::regclass
            JOIN pg_publication AS p ON p.oid = o.refobjid
            WHERE d.refclassid = 'pg_namespace'::regclass
            """;

    public override void Read(CatalogRow row, SnapshotParts parts) =>
        parts.Objects.Add(
            new()
            {
                Kind = ObjectKind.PublicationSchema,
                Name = row.Text("name"),
                Definition = row.Text("definition"),
            }
        );
}
