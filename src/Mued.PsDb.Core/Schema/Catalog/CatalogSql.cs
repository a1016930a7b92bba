namespace Mued.PsDb.Schema;

/// <summary>
/// The queries of <see cref="SchemaReader"/>, one a catalog, set-based, for servers from 14 on. Lists of names travel as JSON text,
/// so that no array type needs to be known to the client.
/// </summary>
/// <remarks>
/// Names are resolved by joins and never by casts to regclass, which fail where the role has no USAGE on a schema.
/// Anything the server owns or an extension brought is not part of a schema that a person wrote.
/// </remarks>
internal static class CatalogSql
{
    /// <summary>
    /// First of the batch: facts of the server, a search path under which every name is printed with its schema, and joins in the order
    /// in which they are written: to plan these queries costs more than to run them (PostgreSQL manual, Explicit JOIN Clauses). The
    /// server's limits are lifted, as <see cref="Sql.ServerLimits"/> says. The batch is one transaction, so the settings end with it;
    /// inside a caller's transaction, which has lifted that of transactions itself, <see cref="End"/> takes them back.
    /// </summary>
    public const string Begin = """
        SELECT pg_catalog.current_setting('server_version'), current_user::pg_catalog.text,
               pg_catalog.set_config('mued.search_path', pg_catalog.current_setting('search_path'), true),
               pg_catalog.set_config('mued.join_collapse_limit', pg_catalog.current_setting('join_collapse_limit'), true),
               pg_catalog.set_config('mued.statement_timeout', pg_catalog.current_setting('statement_timeout'), true),
               pg_catalog.set_config('search_path', 'pg_catalog', true),
               pg_catalog.set_config('join_collapse_limit', '1', true),
               pg_catalog.set_config('statement_timeout', '0', true),
               CASE WHEN pg_catalog.current_setting('transaction_timeout', true) IS NOT NULL
                   THEN pg_catalog.set_config('transaction_timeout', '0', true) END
        """;

    /// <summary>Last of the batch.</summary>
    public const string End = """
        SELECT pg_catalog.set_config('join_collapse_limit', pg_catalog.current_setting('mued.join_collapse_limit'), true),
               pg_catalog.set_config('statement_timeout', pg_catalog.current_setting('mued.statement_timeout'), true),
               pg_catalog.set_config('search_path', pg_catalog.current_setting('mued.search_path'), true)
        """;

    /// <summary>
    /// Second of the batch: the relations in scope, kept in a setting of the transaction for the queries that follow, because to plan
    /// the search again in each of them costs more than all the rest. $1 schemas; $2 relations; $3 relations left out.
    /// </summary>
    public const string FindScope = """
        SELECT set_config('mued.scope', coalesce(array_agg(found.oid), '{}')::text, true)
        FROM (
            SELECT c.oid
            FROM json_array_elements_text($1::json) AS s
            JOIN pg_namespace AS n ON n.nspname = s
            JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')
            UNION
            SELECT c.oid
            FROM json_array_elements($2::json) AS r
            JOIN pg_namespace AS n ON n.nspname = r->>0
            JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = r->>1 AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')
            EXCEPT
            SELECT c.oid
            FROM json_array_elements($3::json) AS r
            JOIN pg_namespace AS n ON n.nspname = r->>0
            JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = r->>1
        ) AS found
        """;

    private const string Scope = "WITH scope AS (SELECT s.oid FROM unnest(current_setting('mued.scope')::oid[]) AS s (oid))\n";

    public const string Relations =
        Scope
        + """
            SELECT c.oid, n.nspname::text, c.relname::text, c.relkind::text, c.relpersistence::text,
                   CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
                   CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END,
                   CASE WHEN c.relkind IN ('r', 'p', 'f') THEN
                       (SELECT json_agg(json_build_array(pn.nspname, p.relname) ORDER BY i.inhseqno)::text
                        FROM pg_inherits AS i
                        JOIN pg_class AS p ON p.oid = i.inhparent
                        JOIN pg_namespace AS pn ON pn.oid = p.relnamespace
                        WHERE i.inhrelid = c.oid) END,
                   CASE WHEN c.relkind = 'f' THEN
                       (SELECT json_build_array(s.srvname, f.ftoptions)::text
                        FROM pg_foreign_table AS f JOIN pg_foreign_server AS s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid) END,
                   CASE WHEN c.reloptions IS NOT NULL THEN array_to_json(c.reloptions)::text END,
                   c.relrowsecurity, c.relforcerowsecurity,
                   d.description,
                   CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
                   CASE WHEN c.relkind = 'c' THEN NULL
                        WHEN NOT has_schema_privilege(n.oid, 'USAGE') THEN 'USAGE'
                        WHEN NOT has_table_privilege(c.oid, 'SELECT') THEN 'SELECT'
                        WHEN c.relrowsecurity AND row_security_active(c.oid) THEN 'BYPASSRLS' END
            FROM scope
            JOIN pg_class AS c ON c.oid = scope.oid
            JOIN pg_namespace AS n ON n.oid = c.relnamespace
            LEFT JOIN pg_description AS d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0
            WHERE NOT EXISTS (SELECT FROM pg_depend AS e
                              WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
            """;

    public const string Columns =
        Scope
        + """
            SELECT a.attrelid, a.attnum, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                   pg_get_expr(x.adbin, x.adrelid), a.attidentity::text, a.attgenerated::text,
                   CASE WHEN a.attcollation <> t.typcollation THEN
                       (SELECT json_build_array(n.nspname, c.collname)::text
                        FROM pg_collation AS c JOIN pg_namespace AS n ON n.oid = c.collnamespace WHERE c.oid = a.attcollation) END,
                   d.description
            FROM scope
            JOIN pg_attribute AS a ON a.attrelid = scope.oid AND a.attnum > 0 AND NOT a.attisdropped
            JOIN pg_type AS t ON t.oid = a.atttypid
            LEFT JOIN pg_attrdef AS x ON x.adrelid = a.attrelid AND x.adnum = a.attnum
            LEFT JOIN pg_description AS d ON d.objoid = a.attrelid AND d.classoid = 'pg_class'::regclass AND d.objsubid = a.attnum
            ORDER BY a.attrelid, a.attnum
            """;

    /// <summary>
    /// NOT NULL constraints (in the catalog from 18 on) are told by the column, except those that are not validated. The rows that
    /// a foreign key to a partitioned table has for each partition belong to the server.
    /// </summary>
    public const string Constraints =
        Scope
        + """
            SELECT k.conrelid, k.conname::text, k.contype::text, k.conkey::text,
                   CASE WHEN k.contype <> 'n' THEN pg_get_constraintdef(k.oid) END,
                   k.convalidated, k.condeferrable, k.condeferred,
                   fn.nspname::text, f.relname::text,
                   CASE WHEN k.contype = 'f' THEN
                       (SELECT json_agg(a.attname ORDER BY u.position)::text
                        FROM unnest(k.confkey) WITH ORDINALITY AS u (number, position)
                        JOIN pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = u.number) END,
                   k.confdeltype::text, k.confupdtype::text,
                   i.indisvalid AND i.indisready,
                   d.description
            FROM scope
            JOIN pg_constraint AS k ON k.conrelid = scope.oid
            LEFT JOIN pg_class AS f ON f.oid = k.confrelid AND k.contype = 'f'
            LEFT JOIN pg_namespace AS fn ON fn.oid = f.relnamespace
            LEFT JOIN pg_index AS i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
            LEFT JOIN pg_description AS d ON d.objoid = k.oid AND d.classoid = 'pg_constraint'::regclass
            WHERE (k.contype IN ('p', 'u', 'f', 'c', 'x') OR k.contype = 'n' AND NOT k.convalidated)
              AND NOT EXISTS (SELECT FROM pg_constraint AS p WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid)
            """;

    public const string Indexes =
        Scope
        + """
            SELECT i.indrelid, c.relname::text, pg_get_indexdef(i.indexrelid), i.indisunique,
                   CASE WHEN i.indpred IS NOT NULL THEN pg_get_expr(i.indpred, i.indrelid) END,
                   i.indisvalid, i.indisready, d.description
            FROM scope
            JOIN pg_index AS i ON i.indrelid = scope.oid
            JOIN pg_class AS c ON c.oid = i.indexrelid
            LEFT JOIN pg_description AS d ON d.objoid = i.indexrelid AND d.classoid = 'pg_class'::regclass
            WHERE NOT EXISTS (SELECT FROM pg_constraint AS k
                              WHERE k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
            """;

    public const string Triggers =
        Scope
        + """
            SELECT t.tgrelid, t.tgname::text, pg_get_triggerdef(t.oid), t.tgenabled::text, d.description
            FROM scope
            JOIN pg_trigger AS t ON t.tgrelid = scope.oid AND NOT t.tgisinternal AND t.tgparentid = 0
            LEFT JOIN pg_description AS d ON d.objoid = t.oid AND d.classoid = 'pg_trigger'::regclass
            """;

    public const string Rules =
        Scope
        + """
            SELECT r.ev_class, r.rulename::text, pg_get_ruledef(r.oid), r.ev_enabled::text, d.description
            FROM scope
            JOIN pg_rewrite AS r ON r.ev_class = scope.oid AND r.rulename <> '_RETURN'
            LEFT JOIN pg_description AS d ON d.objoid = r.oid AND d.classoid = 'pg_rewrite'::regclass
            """;

    public const string Policies =
        Scope
        + """
            SELECT p.polrelid, p.polname::text, p.polcmd::text, p.polpermissive,
                   (SELECT json_agg(CASE WHEN r = 0 THEN 'public' ELSE pg_get_userbyid(r)::text END)::text FROM unnest(p.polroles) AS r),
                   pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid), d.description
            FROM scope
            JOIN pg_policy AS p ON p.polrelid = scope.oid
            LEFT JOIN pg_description AS d ON d.objoid = p.oid AND d.classoid = 'pg_policy'::regclass
            """;

    /// <summary>
    /// $1 schemas; $2 other objects by name, because an expectation names a type that no column may use any more. The same holds for
    /// domains, sequences and functions.
    /// </summary>
    public const string Enums =
        Scope
        + """
            , wanted AS (
                SELECT t.oid FROM json_array_elements_text($1::json) AS s
                JOIN pg_namespace AS n ON n.nspname = s JOIN pg_type AS t ON t.typnamespace = n.oid AND t.typtype = 'e'
                UNION
                SELECT t.oid FROM json_array_elements($2::json) AS o
                JOIN pg_namespace AS n ON n.nspname = o->>0
                JOIN pg_type AS t ON t.typnamespace = n.oid AND t.typname = o->>1 AND t.typtype = 'e'
                UNION
                SELECT CASE WHEN t.typelem <> 0 THEN t.typelem ELSE t.oid END
                FROM scope
                JOIN pg_attribute AS a ON a.attrelid = scope.oid AND a.attnum > 0 AND a.atttypid >= 16384
                JOIN pg_type AS t ON t.oid = a.atttypid
            )
            SELECT n.nspname::text, t.typname::text,
                   (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder)::text FROM pg_enum AS e WHERE e.enumtypid = t.oid),
                   d.description
            FROM wanted
            JOIN pg_type AS t ON t.oid = wanted.oid AND t.typtype = 'e'
            JOIN pg_namespace AS n ON n.oid = t.typnamespace
            LEFT JOIN pg_description AS d ON d.objoid = t.oid AND d.classoid = 'pg_type'::regclass
            WHERE NOT EXISTS (SELECT FROM pg_depend AS e
                              WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
            """;

    public const string Domains =
        Scope
        + """
            , wanted AS (
                SELECT t.oid FROM json_array_elements_text($1::json) AS s
                JOIN pg_namespace AS n ON n.nspname = s JOIN pg_type AS t ON t.typnamespace = n.oid AND t.typtype = 'd'
                UNION
                SELECT t.oid FROM json_array_elements($2::json) AS o
                JOIN pg_namespace AS n ON n.nspname = o->>0
                JOIN pg_type AS t ON t.typnamespace = n.oid AND t.typname = o->>1 AND t.typtype = 'd'
                UNION
                SELECT CASE WHEN t.typelem <> 0 THEN t.typelem ELSE t.oid END
                FROM scope
                JOIN pg_attribute AS a ON a.attrelid = scope.oid AND a.attnum > 0 AND a.atttypid >= 16384
                JOIN pg_type AS t ON t.oid = a.atttypid
            )
            SELECT n.nspname::text, t.typname::text, format_type(t.typbasetype, t.typtypmod), t.typnotnull,
                   pg_get_expr(t.typdefaultbin, 0),
                   CASE WHEN t.typcollation <> b.typcollation THEN
                       (SELECT json_build_array(cn.nspname, c.collname)::text
                        FROM pg_collation AS c JOIN pg_namespace AS cn ON cn.oid = c.collnamespace WHERE c.oid = t.typcollation) END,
                   d.description,
                   k.conname::text, pg_get_constraintdef(k.oid), k.convalidated, kd.description
            FROM wanted
            JOIN pg_type AS t ON t.oid = wanted.oid AND t.typtype = 'd'
            JOIN pg_type AS b ON b.oid = t.typbasetype
            JOIN pg_namespace AS n ON n.oid = t.typnamespace
            LEFT JOIN pg_constraint AS k ON k.contypid = t.oid AND k.contype = 'c'
            LEFT JOIN pg_description AS kd ON kd.objoid = k.oid AND kd.classoid = 'pg_constraint'::regclass
            LEFT JOIN pg_description AS d ON d.objoid = t.oid AND d.classoid = 'pg_type'::regclass
            WHERE NOT EXISTS (SELECT FROM pg_depend AS e
                              WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e')
            ORDER BY t.oid
            """;

    /// <summary>$3: relations left out, whose sequences are left out with them.</summary>
    public const string Sequences =
        Scope
        + """
            , wanted AS (
                SELECT c.oid FROM json_array_elements_text($1::json) AS s
                JOIN pg_namespace AS n ON n.nspname = s JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relkind = 'S'
                UNION
                SELECT c.oid FROM json_array_elements($2::json) AS o
                JOIN pg_namespace AS n ON n.nspname = o->>0
                JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = o->>1 AND c.relkind = 'S'
                UNION
                SELECT o.objid FROM scope
                JOIN pg_depend AS o ON o.refclassid = 'pg_class'::regclass AND o.refobjid = scope.oid
                    AND o.classid = 'pg_class'::regclass AND o.deptype IN ('a', 'i')
            )
            SELECT n.nspname::text, c.relname::text, format_type(s.seqtypid, NULL),
                   s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
                   tn.nspname::text, t.relname::text, a.attname::text, o.deptype = 'i', d.description
            FROM wanted
            JOIN pg_class AS c ON c.oid = wanted.oid AND c.relkind = 'S'
            JOIN pg_sequence AS s ON s.seqrelid = c.oid
            JOIN pg_namespace AS n ON n.oid = c.relnamespace
            LEFT JOIN pg_depend AS o ON o.classid = 'pg_class'::regclass AND o.objid = c.oid
                AND o.refclassid = 'pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i')
            LEFT JOIN pg_class AS t ON t.oid = o.refobjid
            LEFT JOIN pg_namespace AS tn ON tn.oid = t.relnamespace
            LEFT JOIN pg_attribute AS a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
            LEFT JOIN pg_description AS d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0
            WHERE NOT EXISTS (SELECT FROM pg_depend AS e
                              WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
              AND NOT EXISTS (SELECT FROM json_array_elements($3::json) AS r WHERE tn.nspname = r->>0 AND t.relname = r->>1)
            """;

    /// <summary>pg_get_functiondef refuses aggregates; what makes one is put together here.</summary>
    public const string Functions =
        Scope
        + """
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
            SELECT n.nspname::text, p.proname::text, pg_get_function_identity_arguments(p.oid),
                   CASE WHEN p.prokind = 'a' THEN
                       (SELECT format('CREATE OR REPLACE AGGREGATE %I.%I(%s) (SFUNC = %s, STYPE = %s%s%s)',
                                      n.nspname, p.proname, pg_get_function_arguments(p.oid), g.aggtransfn,
                                      format_type(g.aggtranstype, NULL),
                                      CASE WHEN g.aggfinalfn <> 0 THEN ', FINALFUNC = ' || g.aggfinalfn::text ELSE '' END,
                                      CASE WHEN g.agginitval IS NOT NULL THEN ', INITCOND = ' || quote_literal(g.agginitval) ELSE '' END)
                        FROM pg_aggregate AS g WHERE g.aggfnoid = p.oid)
                   ELSE pg_get_functiondef(p.oid) END,
                   d.description
            FROM wanted
            JOIN pg_proc AS p ON p.oid = wanted.oid
            JOIN pg_namespace AS n ON n.oid = p.pronamespace
            LEFT JOIN pg_description AS d ON d.objoid = p.oid AND d.classoid = 'pg_proc'::regclass
            WHERE NOT EXISTS (SELECT FROM pg_depend AS e
                              WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
            """;

    /// <summary>
    /// A query on tables that may be absent, other than expected, or not readable: $1 what it needs, as JSON of
    /// [schema, table, column, type category or null], $2 its text, which gives one column r of hexadecimal UTF-8. The result is
    /// the problems, as JSON of [problem, schema, table, column], or the value. A plain statement would fail the batch when it is
    /// parsed; query_to_xml parses its text only once the CASE has found nothing wrong. Hexadecimal passes through XML unchanged.
    /// </summary>
    public const string Guarded = """
        WITH facts AS (
            SELECT r->>0 AS schema, r->>1 AS name, r->>2 AS "column",
                   CASE WHEN c.oid IS NULL THEN 'table'
                        WHEN NOT has_schema_privilege(n.oid, 'USAGE') THEN 'USAGE'
                        WHEN r->>2 IS NULL THEN CASE WHEN NOT has_any_column_privilege(c.oid, 'SELECT') THEN 'SELECT'
                                                     WHEN row_security_active(c.oid) THEN 'BYPASSRLS' END
                        WHEN a.attnum IS NULL THEN 'column'
                        WHEN NOT has_column_privilege(c.oid, a.attnum, 'SELECT') THEN 'SELECT'
                        WHEN row_security_active(c.oid) THEN 'BYPASSRLS'
                        WHEN t.typcategory <> r->>3 THEN 'type' END AS problem
            FROM json_array_elements($1::json) AS r
            LEFT JOIN pg_namespace AS n ON n.nspname = r->>0
            LEFT JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = r->>1 AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
            LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = r->>2 AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_type AS t ON t.oid = a.atttypid
        )
        SELECT (SELECT json_agg(json_build_array(problem, schema, name, "column"))::text FROM facts WHERE problem IS NOT NULL),
               CASE WHEN NOT EXISTS (SELECT FROM facts WHERE problem IS NOT NULL) THEN
                   substring(query_to_xml($2, false, false, '')::text FROM '<r>([0-9a-f]*)</r>') END
        """;

    /// <summary>Bytes of tables: $1 as JSON of [schema, table]. No privilege is needed for these.</summary>
    public const string Sizes = """
        SELECT n.nspname::text, c.relname::text, pg_table_size(c.oid), pg_indexes_size(c.oid), pg_total_relation_size(c.oid)
        FROM json_array_elements($1::json) AS r
        JOIN pg_namespace AS n ON n.nspname = r->>0
        JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = r->>1 AND c.relkind IN ('r', 'p', 'm')
        """;
}
