namespace Mued.PsDb.Schema;

/// <summary>Range types.</summary>
internal sealed class RangeTypeQuery() : DefinitionQuery(ObjectKind.RangeType, "pg_type", CatalogPart.Schemas)
{
    protected override string Definitions =>
        """
            SELECT t.oid, format('%I.%I', n.nspname, t.typname),
                   concat(format('CREATE TYPE %I.%I AS RANGE (subtype = %s, subtype_opclass = %I.%I', n.nspname, t.typname,
                                 format_type(r.rngsubtype, NULL), pn.nspname, p.opcname),
                          ', collation = ' || nullif(nullif(r.rngcollation, s.typcollation), 0)::regcollation,
                          ', canonical = ' || nullif(r.rngcanonical, 0)::regproc, ', subtype_diff = ' || nullif(r.rngsubdiff, 0)::regproc,
                          ', multirange_type_name = ' || format_type(r.rngmultitypid, NULL), ')')
            FROM pg_type AS t
            JOIN pg_namespace AS n ON n.oid = t.typnamespace
            JOIN pg_range AS r ON r.rngtypid = t.oid
            JOIN pg_type AS s ON s.oid = r.rngsubtype
            JOIN pg_opclass AS p ON p.oid = r.rngsubopc
            JOIN pg_namespace AS pn ON pn.oid = p.opcnamespace
            WHERE n.nspname IN (SELECT json_array_elements_text($1::json))
            """;
}
