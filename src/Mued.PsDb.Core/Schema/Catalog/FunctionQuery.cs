namespace Mued.PsDb.Schema;

/// <summary>
/// Functions, procedures and aggregates: those of whole schemas, those that are named, and those of the relations' triggers.
/// The constructors of a range type belong to it. pg_get_functiondef refuses aggregates; what makes one is put together here.
/// </summary>
internal sealed class FunctionQuery : CatalogQuery
{
    protected override string Select =>
        """
            , wanted AS (
                SELECT p.oid FROM json_array_elements_text($1::json) AS s
                JOIN pg_namespace AS n ON n.nspname = s JOIN pg_proc AS p ON p.pronamespace = n.oid
                UNION
                SELECT p.oid FROM json_array_elements($2::json) AS o
                JOIN pg_namespace AS n ON n.nspname = o->>0
                JOIN pg_proc AS p ON p.pronamespace = n.oid AND p.proname = o->>1
                UNION
                SELECT t.tgfoid FROM scope
                JOIN pg_trigger AS t ON t.tgrelid = scope.oid AND NOT t.tgisinternal AND t.tgfoid >= 16384
            )
            SELECT 'pg_proc'::regclass::oid AS class, p.oid AS object, n.nspname::text AS schema, p.proname::text AS name, pg_get_function_identity_arguments(p.oid) AS arguments,
                   CASE WHEN p.prokind = 'a' THEN
                       (SELECT format('CREATE OR REPLACE AGGREGATE %I.%I(%s) (SFUNC = %s, STYPE = %s%s%s)',
                                      n.nspname, p.proname, pg_get_function_arguments(p.oid), g.aggtransfn,
                                      format_type(g.aggtranstype, NULL),
                                      CASE WHEN g.aggfinalfn <> 0 THEN ', FINALFUNC = ' || g.aggfinalfn::text ELSE '' END,
                                      CASE WHEN g.agginitval IS NOT NULL THEN ', INITCOND = ' || quote_literal(g.agginitval) ELSE '' END)
                        FROM pg_aggregate AS g WHERE g.aggfnoid = p.oid)
                   ELSE pg_get_functiondef(p.oid) END AS definition,
                   CASE WHEN p.prokind = 'a' THEN
                   (SELECT nullif(concat_ws(', ',
                       CASE WHEN g.aggkind = 'h' THEN 'HYPOTHETICAL' END, 'SSPACE = ' || nullif(g.aggtransspace, 0),
                       CASE WHEN g.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
                       CASE WHEN g.aggfinalmodify <> CASE WHEN g.aggkind = 'n' THEN 'r' ELSE 'w' END THEN 'FINALFUNC_MODIFY = ' || CASE g.aggfinalmodify
                           WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
                       'COMBINEFUNC = ' || nullif(g.aggcombinefn, 0)::regproc, 'SERIALFUNC = ' || nullif(g.aggserialfn, 0)::regproc,
                       'DESERIALFUNC = ' || nullif(g.aggdeserialfn, 0)::regproc, 'MSFUNC = ' || nullif(g.aggmtransfn, 0)::regproc,
                       'MINVFUNC = ' || nullif(g.aggminvtransfn, 0)::regproc, 'MSTYPE = ' || format_type(nullif(g.aggmtranstype, 0), NULL),
                       'MSSPACE = ' || nullif(g.aggmtransspace, 0), 'MFINALFUNC = ' || nullif(g.aggmfinalfn, 0)::regproc,
                       CASE WHEN g.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
                       CASE WHEN g.aggmfinalmodify <> CASE WHEN g.aggkind = 'n' THEN 'r' ELSE 'w' END THEN 'MFINALFUNC_MODIFY = ' || CASE g.aggmfinalmodify
                           WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
                       'MINITCOND = ' || quote_literal(g.aggminitval),
                       'SORTOP = ' || (SELECT format('OPERATOR(%I.%s)', n.nspname, r.oprname)
                           FROM pg_operator AS r JOIN pg_namespace AS n ON n.oid = r.oprnamespace WHERE r.oid = g.aggsortop),
                       'PARALLEL = ' || CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END), '')
                    FROM pg_aggregate AS g WHERE g.aggfnoid = p.oid) END AS settings,
               d.description AS comment
            FROM wanted
            JOIN pg_proc AS p ON p.oid = wanted.oid
            JOIN pg_namespace AS n ON n.oid = p.pronamespace
            LEFT JOIN pg_description AS d ON d.objoid = p.oid AND d.classoid = 'pg_proc'::regclass
            WHERE NOT EXISTS (SELECT FROM pg_depend AS e
                              WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype IN ('e', 'i'))
            """;

    public override int Parameters => 2;

    public override void Read(CatalogRow row, SnapshotParts parts) =>
        parts.Functions.Add(
            new()
            {
                Schema = row.Text("schema"),
                Name = row.Text("name"),
                Arguments = row.Text("arguments"),
                Definition = parts.Exact ? row.Text("definition") : CatalogText.Lines(row.Text("definition")),
                Settings = row.TextOrNull("settings"),
                Comment = row.TextOrNull("comment"),
            }
        );
}
