namespace Mued.PsDb.Schema;

/// <summary>The comment of the database.</summary>
internal sealed class DatabaseCommentQuery() : DefinitionQuery(ObjectKind.Database, "pg_database", CatalogPart.Database)
{
    protected override string Definitions =>
        """
            SELECT b.oid, 'comment', coalesce(shobj_description(b.oid, 'pg_database'), '')
            FROM pg_database AS b WHERE b.datname = current_database() AND shobj_description(b.oid, 'pg_database') IS NOT NULL
            """;
}
