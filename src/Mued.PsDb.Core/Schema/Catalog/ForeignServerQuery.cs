namespace Mued.PsDb.Schema;

/// <summary>Foreign servers.</summary>
internal sealed class ForeignServerQuery() : DefinitionQuery(ObjectKind.Server, "pg_foreign_server", CatalogPart.Database)
{
    protected override string Definitions =>
        $"""
            SELECT s.oid, format('%I', s.srvname),
                   concat(format('CREATE SERVER %I', s.srvname), ' TYPE ' || quote_literal(s.srvtype), ' VERSION ' || quote_literal(s.srvversion),
                          format(' FOREIGN DATA WRAPPER %I', w.fdwname),
                          {CatalogText.OptionsClause("s.srvoptions")})
            FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
            """;
}
