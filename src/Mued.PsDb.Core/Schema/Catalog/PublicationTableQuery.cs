namespace Mued.PsDb.Schema;

/// <summary>The tables of publications, one by one.</summary>
internal sealed class PublicationTableQuery() : DefinitionQuery(ObjectKind.PublicationTable, "pg_publication_rel", CatalogPart.Pieces)
{
    protected override string Definitions =>
        $"""
            SELECT r.oid, format('%I.%I IN %I', n.nspname, c.relname, p.pubname),
                   format('ALTER PUBLICATION %I ADD TABLE ONLY %s', p.pubname, {PublicationQuery.Member})
            FROM scope
            JOIN pg_publication_rel AS r ON r.prrelid = scope.oid
            JOIN pg_publication AS p ON p.oid = r.prpubid
            JOIN pg_class AS c ON c.oid = r.prrelid
            JOIN pg_namespace AS n ON n.oid = c.relnamespace
            CROSS JOIN ({PublicationQuery.OtherVersions}) AS other_versions
            """;
}
