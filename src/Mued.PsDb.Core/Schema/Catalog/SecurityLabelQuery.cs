namespace Mued.PsDb.Schema;

/// <summary>Security labels of the database's objects.</summary>
internal sealed class SecurityLabelQuery() : DefinitionQuery(ObjectKind.SecurityLabel, "pg_seclabel", CatalogPart.Database)
{
    protected override string Definitions =>
        """
            SELECT l.objoid, format('FOR %s ON %s %s', l.provider, i.type, i.identity), l.label
            FROM pg_seclabel AS l CROSS JOIN LATERAL pg_identify_object(l.classoid, l.objoid, l.objsubid) AS i
            """;
}
