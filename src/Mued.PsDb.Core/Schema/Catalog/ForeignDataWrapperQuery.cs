namespace Mued.PsDb.Schema;

/// <summary>Foreign-data wrappers.</summary>
internal sealed class ForeignDataWrapperQuery()
    : DefinitionQuery(ObjectKind.ForeignDataWrapper, "pg_foreign_data_wrapper", CatalogPart.Database)
{
    protected override string Definitions =>
        """
            SELECT w.oid, format('%I', w.fdwname),
                   concat(format('CREATE FOREIGN DATA WRAPPER %I', w.fdwname), ' HANDLER ' || nullif(w.fdwhandler, 0)::regproc,
                          ' VALIDATOR ' || nullif(w.fdwvalidator, 0)::regproc, ' OPTIONS ('
                          || (SELECT string_agg(format('%I %L', x.option_name, x.option_value), ', ' ORDER BY x.option_name)
                              FROM pg_options_to_table(w.fdwoptions) AS x) || ')')
            FROM pg_foreign_data_wrapper AS w
            """;
}
