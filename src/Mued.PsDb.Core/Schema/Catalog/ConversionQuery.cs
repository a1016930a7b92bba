namespace Mued.PsDb.Schema;

/// <summary>Conversions between encodings.</summary>
internal sealed class ConversionQuery() : DefinitionQuery(ObjectKind.Conversion, "pg_conversion", CatalogPart.Schemas)
{
    protected override string Definitions =>
        """
            SELECT c.oid, format('%I.%I', n.nspname, c.conname),
                   format('CREATE %sCONVERSION %I.%I FOR %L TO %L FROM %s', CASE WHEN c.condefault THEN 'DEFAULT ' END, n.nspname, c.conname,
                          pg_encoding_to_char(c.conforencoding), pg_encoding_to_char(c.contoencoding), c.conproc)
            FROM pg_conversion AS c JOIN pg_namespace AS n ON n.oid = c.connamespace
            WHERE n.nspname IN (SELECT json_array_elements_text($1::json))
            """;
}
