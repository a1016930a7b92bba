namespace Mued.PsDb.Schema;

/// <summary>Operator families with all their operators and functions.</summary>
internal sealed class OperatorFamilyQuery() : DefinitionQuery(ObjectKind.OperatorFamily, "pg_opfamily", CatalogPart.Schemas)
{
    protected override string Definitions =>
        """
            SELECT f.oid, format('%I.%I USING %I', n.nspname, f.opfname, m.amname),
                   format('CREATE OPERATOR FAMILY %I.%I USING %I', n.nspname, f.opfname, m.amname)
                   || coalesce('; ALTER OPERATOR FAMILY ' || format('%I.%I USING %I ADD ', n.nspname, f.opfname, m.amname)
                               || (SELECT string_agg(member.text, ', ' ORDER BY member.text COLLATE "C")
                       FROM (SELECT concat(format('OPERATOR %s %s', a.amopstrategy, a.amopopr::regoperator),
                                           (SELECT format(' FOR ORDER BY %I.%I', sn.nspname, s.opfname)
                                            FROM pg_opfamily AS s JOIN pg_namespace AS sn ON sn.oid = s.opfnamespace WHERE s.oid = a.amopsortfamily)) AS text
                             FROM pg_amop AS a WHERE a.amopfamily = f.oid
                             UNION ALL
                             SELECT format('FUNCTION %s (%s, %s) %s', p.amprocnum, format_type(p.amproclefttype, NULL),
                                           format_type(p.amprocrighttype, NULL), p.amproc::regprocedure)
                             FROM pg_amproc AS p WHERE p.amprocfamily = f.oid) AS member), '')
            FROM pg_opfamily AS f JOIN pg_namespace AS n ON n.oid = f.opfnamespace JOIN pg_am AS m ON m.oid = f.opfmethod
            WHERE n.nspname IN (SELECT json_array_elements_text($1::json))
            """;
}
