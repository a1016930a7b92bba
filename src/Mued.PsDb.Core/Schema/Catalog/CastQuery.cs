namespace Mued.PsDb.Schema;

/// <summary>Casts, without those that a range type brings.</summary>
internal sealed class CastQuery() : DefinitionQuery(ObjectKind.Cast, "pg_cast", CatalogPart.Database)
{
    protected override string Definitions =>
        """
            SELECT c.oid, format('(%s AS %s)', format_type(c.castsource, NULL), format_type(c.casttarget, NULL)),
                   concat(format('CREATE CAST (%s AS %s) ', format_type(c.castsource, NULL), format_type(c.casttarget, NULL)),
                          CASE c.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT'
                              ELSE 'WITHOUT FUNCTION' END,
                          CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' END)
            FROM pg_cast AS c WHERE c.oid >= 16384
              AND NOT EXISTS (SELECT FROM pg_range AS r WHERE r.rngtypid = c.castsource AND r.rngmultitypid = c.casttarget)
            """;
}
