namespace Mued.PsDb.Schema;

/// <summary>Text search configurations with their mappings.</summary>
internal sealed class TextSearchConfigurationQuery()
    : DefinitionQuery(ObjectKind.TextSearchConfiguration, "pg_ts_config", CatalogPart.Schemas)
{
    protected override string Definitions =>
        """
            SELECT c.oid, format('%I.%I', n.nspname, c.cfgname),
                   format('CREATE TEXT SEARCH CONFIGURATION %I.%I (PARSER = %I.%I)', n.nspname, c.cfgname, pn.nspname, p.prsname)
                   || coalesce((SELECT string_agg(format('; ALTER TEXT SEARCH CONFIGURATION %I.%I ADD MAPPING FOR %I WITH %s',
                                                         n.nspname, c.cfgname, token.alias, token.dictionaries), '' ORDER BY token.alias)
                       FROM (SELECT k.alias, string_agg(format('%I.%I', dn.nspname, d.dictname), ', ' ORDER BY m.mapseqno) AS dictionaries
                             FROM pg_ts_config_map AS m
                             JOIN pg_ts_dict AS d ON d.oid = m.mapdict
                             JOIN pg_namespace AS dn ON dn.oid = d.dictnamespace
                             JOIN ts_token_type(c.cfgparser) AS k ON k.tokid = m.maptokentype
                             WHERE m.mapcfg = c.oid GROUP BY k.alias) AS token), '')
            FROM pg_ts_config AS c
            JOIN pg_namespace AS n ON n.oid = c.cfgnamespace
            JOIN pg_ts_parser AS p ON p.oid = c.cfgparser
            JOIN pg_namespace AS pn ON pn.oid = p.prsnamespace
            WHERE n.nspname IN (SELECT json_array_elements_text($1::json))
            """;
}
