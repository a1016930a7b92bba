namespace Mued.PsDb.Schema;

/// <summary>Foreign-data wrappers.</summary>
internal sealed class ForeignDataWrapperQuery()
    : DefinitionQuery(ObjectKind.ForeignDataWrapper, "pg_foreign_data_wrapper", CatalogPart.Database)
{
    protected override string Definitions =>
        $"""
            SELECT w.oid, format('%I', w.fdwname),
                   concat(format('CREATE FOREIGN DATA WRAPPER %I', w.fdwname), ' HANDLER ' || nullif(w.fdwhandler, 0)::regproc,
                          ' VALIDATOR ' || nullif(w.fdwvalidator, 0)::regproc,
                          {CatalogText.OptionsClause("w.fdwoptions")})
            FROM pg_foreign_data_wrapper AS w
            """;
}
