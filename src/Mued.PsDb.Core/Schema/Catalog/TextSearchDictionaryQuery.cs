namespace Mued.PsDb.Schema;

/// <summary>Text search dictionaries.</summary>
internal sealed class TextSearchDictionaryQuery() : DefinitionQuery(ObjectKind.TextSearchDictionary, "pg_ts_dict", CatalogPart.Schemas)
{
    protected override string Definitions =>
        """
            SELECT t.oid, format('%I.%I', n.nspname, t.dictname),
                   concat(format('CREATE TEXT SEARCH DICTIONARY %I.%I (TEMPLATE = %I.%I', n.nspname, t.dictname, mn.nspname, m.tmplname),
                          ', ' || t.dictinitoption, ')')
            FROM pg_ts_dict AS t
            JOIN pg_namespace AS n ON n.oid = t.dictnamespace
            JOIN pg_ts_template AS m ON m.oid = t.dicttemplate
            JOIN pg_namespace AS mn ON mn.oid = m.tmplnamespace
            WHERE n.nspname IN (SELECT json_array_elements_text($1::json))
            """;
}
