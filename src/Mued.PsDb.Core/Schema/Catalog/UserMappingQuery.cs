namespace Mued.PsDb.Schema;

/// <summary>User mappings, never their options: these hold secrets.</summary>
internal sealed class UserMappingQuery() : DefinitionQuery(ObjectKind.UserMapping, "pg_user_mapping", CatalogPart.Database)
{
    protected override string Definitions =>
        """
            SELECT m.umid, format('FOR %s SERVER %I', CASE WHEN m.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(m.usename) END, m.srvname),
                   format('CREATE USER MAPPING FOR %s SERVER %I', CASE WHEN m.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(m.usename) END, m.srvname)
            FROM pg_user_mappings AS m
            """;
}
