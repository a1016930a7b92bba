namespace Mued.PsDb.Schema;

/// <summary>Templates of text search dictionaries.</summary>
internal sealed class TextSearchTemplateQuery() : DefinitionQuery(ObjectKind.TextSearchTemplate, "pg_ts_template", CatalogPart.Schemas)
{
    protected override string Definitions =>
        """
            SELECT t.oid, format('%I.%I', n.nspname, t.tmplname),
                   concat(format('CREATE TEXT SEARCH TEMPLATE %I.%I (', n.nspname, t.tmplname), 'INIT = ' || nullif(t.tmplinit, 0)::regproc || ', ',
                          format('LEXIZE = %s)', t.tmpllexize))
            FROM pg_ts_template AS t JOIN pg_namespace AS n ON n.oid = t.tmplnamespace
            WHERE n.nspname IN (SELECT json_array_elements_text($1::json))
            """;
}
