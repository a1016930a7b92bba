namespace Mued.PsDb.Schema;

/// <summary>Operator classes; their operators and functions are those of the family.</summary>
internal sealed class OperatorClassQuery() : DefinitionQuery(ObjectKind.OperatorClass, "pg_opclass", CatalogPart.Schemas)
{
    protected override string Definitions =>
        """
            SELECT c.oid, format('%I.%I USING %I', n.nspname, c.opcname, m.amname),
                   concat(format('CREATE OPERATOR CLASS %I.%I', n.nspname, c.opcname), CASE WHEN c.opcdefault THEN ' DEFAULT' END,
                          format(' FOR TYPE %s USING %I FAMILY %I.%I', format_type(c.opcintype, NULL), m.amname, fn.nspname, f.opfname),
                          ' AS STORAGE ' || format_type(coalesce(nullif(c.opckeytype, 0), c.opcintype), NULL))
            FROM pg_opclass AS c
            JOIN pg_namespace AS n ON n.oid = c.opcnamespace
            JOIN pg_am AS m ON m.oid = c.opcmethod
            JOIN pg_opfamily AS f ON f.oid = c.opcfamily
            JOIN pg_namespace AS fn ON fn.oid = f.opfnamespace
            WHERE n.nspname IN (SELECT json_array_elements_text($1::json))
            """;
}
