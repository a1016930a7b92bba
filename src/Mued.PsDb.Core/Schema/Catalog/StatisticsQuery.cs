namespace Mued.PsDb.Schema;

/// <summary>The extended statistics of the relations.</summary>
internal sealed class StatisticsQuery() : DefinitionQuery(ObjectKind.Statistics, "pg_statistic_ext", CatalogPart.Objects)
{
    protected override string Definitions =>
        """
            SELECT s.oid, format('%I.%I', n.nspname, s.stxname),
                   concat(pg_get_statisticsobjdef(s.oid), CASE WHEN s.stxstattarget >= 0
                       THEN format('; ALTER STATISTICS %I.%I SET STATISTICS %s', n.nspname, s.stxname, s.stxstattarget) END)
            FROM scope
            JOIN pg_statistic_ext AS s ON s.stxrelid = scope.oid
            JOIN pg_namespace AS n ON n.oid = s.stxnamespace
            """;
}
