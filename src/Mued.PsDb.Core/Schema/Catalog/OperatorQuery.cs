namespace Mued.PsDb.Schema;

/// <summary>Operators.</summary>
internal sealed class OperatorQuery() : DefinitionQuery(ObjectKind.Operator, "pg_operator", CatalogPart.Schemas)
{
    protected override string Definitions =>
        """
            SELECT o.oid,
                   format('%I.%s (%s, %s)', n.nspname, o.oprname, coalesce(format_type(nullif(o.oprleft, 0), NULL), 'NONE'), format_type(o.oprright, NULL)),
                   concat(format('CREATE OPERATOR %I.%s (FUNCTION = %s', n.nspname, o.oprname, o.oprcode),
                          ', LEFTARG = ' || format_type(nullif(o.oprleft, 0), NULL), ', RIGHTARG = ' || format_type(o.oprright, NULL),
                          (SELECT format(', COMMUTATOR = OPERATOR(%I.%s)', cn.nspname, c.oprname)
                           FROM pg_operator AS c JOIN pg_namespace AS cn ON cn.oid = c.oprnamespace WHERE c.oid = o.oprcom),
                          (SELECT format(', NEGATOR = OPERATOR(%I.%s)', cn.nspname, c.oprname)
                           FROM pg_operator AS c JOIN pg_namespace AS cn ON cn.oid = c.oprnamespace WHERE c.oid = o.oprnegate),
                          ', RESTRICT = ' || nullif(o.oprrest, 0)::regproc, ', JOIN = ' || nullif(o.oprjoin, 0)::regproc,
                          CASE WHEN o.oprcanhash THEN ', HASHES' END, CASE WHEN o.oprcanmerge THEN ', MERGES' END, ')')
            FROM pg_operator AS o JOIN pg_namespace AS n ON n.oid = o.oprnamespace
            WHERE n.nspname IN (SELECT json_array_elements_text($1::json)) AND o.oprcode <> 0
            """;
}
