namespace Mued.PsDb.Schema;

/// <summary>Parsers of text search.</summary>
internal sealed class TextSearchParserQuery() : DefinitionQuery(ObjectKind.TextSearchParser, "pg_ts_parser", CatalogPart.Schemas)
{
    protected override string Definitions =>
        """
            SELECT p.oid, format('%I.%I', n.nspname, p.prsname),
                   concat(format('CREATE TEXT SEARCH PARSER %I.%I (START = %s, GETTOKEN = %s, END = %s', n.nspname, p.prsname, p.prsstart, p.prstoken, p.prsend),
                          ', HEADLINE = ' || nullif(p.prsheadline, 0)::regproc, format(', LEXTYPES = %s)', p.prslextype))
            FROM pg_ts_parser AS p JOIN pg_namespace AS n ON n.oid = p.prsnamespace
            WHERE n.nspname IN (SELECT json_array_elements_text($1::json))
            """;
}
