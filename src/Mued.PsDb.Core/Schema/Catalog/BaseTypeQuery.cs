namespace Mued.PsDb.Schema;

/// <summary>Base types, and shell types.</summary>
internal sealed class BaseTypeQuery() : DefinitionQuery(ObjectKind.Type, "pg_type", CatalogPart.Schemas)
{
    protected override string Definitions =>
        """
            SELECT t.oid, format('%I.%I', n.nspname, t.typname),
                   concat(format('CREATE TYPE %I.%I', n.nspname, t.typname),
                       CASE WHEN t.typisdefined THEN concat(
                           format(' (INPUT = %s, OUTPUT = %s', t.typinput, t.typoutput),
                           ', RECEIVE = ' || nullif(t.typreceive, 0)::regproc, ', SEND = ' || nullif(t.typsend, 0)::regproc,
                           ', TYPMOD_IN = ' || nullif(t.typmodin, 0)::regproc, ', TYPMOD_OUT = ' || nullif(t.typmodout, 0)::regproc,
                           ', ANALYZE = ' || nullif(t.typanalyze, 0)::regproc, ', SUBSCRIPT = ' || nullif(t.typsubscript, 0)::regproc,
                           ', INTERNALLENGTH = ' || CASE WHEN t.typlen > 0 THEN t.typlen::text ELSE 'VARIABLE' END,
                           CASE WHEN t.typbyval THEN ', PASSEDBYVALUE' END,
                           format(', ALIGNMENT = %s, STORAGE = %s, CATEGORY = %L, DELIMITER = %L', t.typalign, t.typstorage, t.typcategory, t.typdelim),
                           CASE WHEN t.typispreferred THEN ', PREFERRED = true' END, ', DEFAULT = ' || quote_literal(t.typdefault),
                           ', ELEMENT = ' || format_type(nullif(t.typelem, 0), NULL), CASE WHEN t.typcollation <> 0 THEN ', COLLATABLE = true' END, ')')
                       END)
            FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
            WHERE n.nspname IN (SELECT json_array_elements_text($1::json))
              AND t.typtype IN ('b', 'p') AND NOT EXISTS (SELECT FROM pg_type AS e WHERE e.oid = t.typelem AND e.typarray = t.oid)
            """;
}
