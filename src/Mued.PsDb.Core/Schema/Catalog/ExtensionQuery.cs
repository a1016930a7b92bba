namespace Mued.PsDb.Schema;

/// <summary>Extensions with their version; their own objects are never read.</summary>
internal sealed class ExtensionQuery() : DefinitionQuery(ObjectKind.Extension, "pg_extension", CatalogPart.Database)
{
    protected override string Definitions =>
        """
            SELECT x.oid, format('%I', x.extname), format('CREATE EXTENSION %I WITH SCHEMA %I VERSION %L', x.extname, n.nspname, x.extversion)
            FROM pg_extension AS x JOIN pg_namespace AS n ON n.oid = x.extnamespace
            WHERE x.oid >= 16384
            """;
}
