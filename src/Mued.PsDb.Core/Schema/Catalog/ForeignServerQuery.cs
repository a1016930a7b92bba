namespace Mued.PsDb.Schema;

/// <summary>Foreign servers. The values of options that may be secrets are masked.</summary>
internal sealed class ForeignServerQuery() : DefinitionQuery(ObjectKind.Server, "pg_foreign_server", CatalogPart.Database)
{
    protected override string Definitions =>
        """
            SELECT s.oid, format('%I', s.srvname),
                   concat(format('CREATE SERVER %I', s.srvname), ' TYPE ' || quote_literal(s.srvtype), ' VERSION ' || quote_literal(s.srvversion),
                          format(' FOREIGN DATA WRAPPER %I', w.fdwname), ' OPTIONS ('
                          || (SELECT string_agg(format('%I %L', x.option_name,
                                                       CASE WHEN x.option_name ~* 'pass|secret|token|key' THEN '***' ELSE x.option_value END),
                                                ', ' ORDER BY x.option_name)
                              FROM pg_options_to_table(s.srvoptions) AS x) || ')')
            FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
            """;
}
