namespace Mued.PsDb.Schema;

/// <summary>Collations. The columns of other versions than the server's own are read as null, from <c>other_versions</c>.</summary>
internal sealed class CollationQuery() : DefinitionQuery(ObjectKind.Collation, "pg_collation", CatalogPart.Schemas)
{
    protected override string Definitions =>
        """
            SELECT c.oid, format('%I.%I', n.nspname, c.collname),
                   concat(format('CREATE COLLATION %I.%I (provider = %s', n.nspname, c.collname,
                                 CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END),
                          ', locale = ' || quote_literal(coalesce(
                              (SELECT colllocale FROM pg_collation AS p WHERE p.oid = c.oid)::text,
                              (SELECT colliculocale FROM pg_collation AS p WHERE p.oid = c.oid)::text,
                              CASE WHEN c.collcollate = c.collctype THEN c.collcollate::text END)),
                          CASE WHEN c.collcollate <> c.collctype
                               THEN format(', lc_collate = %L, lc_ctype = %L', c.collcollate, c.collctype) END,
                          CASE WHEN NOT c.collisdeterministic THEN ', deterministic = false' END,
                          ', rules = ' || quote_literal((SELECT collicurules FROM pg_collation AS p WHERE p.oid = c.oid)::text), ')')
            FROM pg_collation AS c JOIN pg_namespace AS n ON n.oid = c.collnamespace
            CROSS JOIN (SELECT NULL::text AS colllocale, NULL::text AS colliculocale, NULL::text AS collicurules) AS other_versions
            WHERE n.nspname IN (SELECT json_array_elements_text($1::json))
            """;
}
