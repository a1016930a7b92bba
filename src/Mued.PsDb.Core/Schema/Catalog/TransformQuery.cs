namespace Mued.PsDb.Schema;

/// <summary>Transforms.</summary>
internal sealed class TransformQuery() : DefinitionQuery(ObjectKind.Transform, "pg_transform", CatalogPart.Database)
{
    protected override string Definitions =>
        """
            SELECT t.oid, format('FOR %s LANGUAGE %I', format_type(t.trftype, NULL), l.lanname),
                   format('CREATE TRANSFORM FOR %s LANGUAGE %I (%s)', format_type(t.trftype, NULL), l.lanname,
                          concat_ws(', ', 'FROM SQL WITH FUNCTION ' || nullif(t.trffromsql, 0)::regprocedure,
                                          'TO SQL WITH FUNCTION ' || nullif(t.trftosql, 0)::regprocedure))
            FROM pg_transform AS t JOIN pg_language AS l ON l.oid = t.trflang
            """;
}
