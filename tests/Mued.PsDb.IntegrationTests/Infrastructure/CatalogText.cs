namespace Mued.PsDb.Tests;

/// <summary>
/// Everything a database's user schemas hold, as sorted lines of text, for comparing two databases of one server; without the table of what undos took. It shares no code with
/// the engine's schema reader: PostgreSQL itself prints the definitions.
/// </summary>
internal static class CatalogText
{
    private const string Query = """
        WITH s AS (SELECT oid, nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema'),
        line AS (
            SELECT 'schema ' || nspname AS text FROM s
            UNION ALL
            SELECT format('relation %s kind=%s persistence=%s partition=%s rls=%s/%s options=%s',
                c.oid::regclass, c.relkind, c.relpersistence, c.relispartition, c.relrowsecurity, c.relforcerowsecurity, c.reloptions)
            FROM pg_class c JOIN s ON s.oid = c.relnamespace
            UNION ALL
            SELECT format('column %s.%s #%s %s notnull=%s default=%s identity=%s generated=%s collation=%s',
                c.oid::regclass, a.attname, row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), format_type(a.atttypid, a.atttypmod),
                a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, nullif(a.attcollation, 0)::regcollation)
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN s ON s.oid = c.relnamespace
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attnum > 0 AND NOT a.attisdropped
            UNION ALL
            SELECT format('constraint %s on %s: %s validated=%s', k.conname, coalesce(nullif(k.conrelid, 0)::regclass::text, nullif(k.contypid, 0)::regtype::text),
                pg_get_constraintdef(k.oid), k.convalidated)
            FROM pg_constraint k JOIN s ON s.oid = k.connamespace
            UNION ALL
            SELECT format('index %s valid=%s ready=%s', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisready)
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN s ON s.oid = c.relnamespace
            UNION ALL
            SELECT format('type %s kind=%s base=%s labels=%s', t.oid::regtype, t.typtype, nullif(t.typbasetype, 0)::regtype,
                (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))
            FROM pg_type t JOIN s ON s.oid = t.typnamespace
            UNION ALL
            SELECT format('view %s: %s', c.oid::regclass, pg_get_viewdef(c.oid)) FROM pg_class c JOIN s ON s.oid = c.relnamespace WHERE c.relkind IN ('v', 'm')
            UNION ALL
            SELECT format('sequence %s %s start=%s increment=%s min=%s max=%s cycle=%s', q.seqrelid::regclass, q.seqtypid::regtype, q.seqstart,
                q.seqincrement, q.seqmin, q.seqmax, q.seqcycle)
            FROM pg_sequence q JOIN pg_class c ON c.oid = q.seqrelid JOIN s ON s.oid = c.relnamespace
            UNION ALL
            SELECT format('function %s: %s', p.oid::regprocedure, pg_get_functiondef(p.oid)) FROM pg_proc p JOIN s ON s.oid = p.pronamespace WHERE p.prokind IN ('f', 'p')
            UNION ALL
            SELECT format('trigger %s enabled=%s', pg_get_triggerdef(t.oid), t.tgenabled)
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN s ON s.oid = c.relnamespace WHERE NOT t.tgisinternal
            UNION ALL
            SELECT format('policy %s on %s.%s %s roles=%s using=%s check=%s', policyname, schemaname, tablename, cmd, roles, qual, with_check) FROM pg_policies
            UNION ALL
            SELECT format('comment %s %s: %s', i.type, i.identity, d.description)
            FROM pg_description d CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
            WHERE i.schema IN (SELECT nspname FROM s) OR d.classoid = 'pg_namespace'::regclass AND d.objoid IN (SELECT oid FROM s)
        )
        SELECT text FROM line WHERE text NOT LIKE '%mued\_schema\_history\_undone%' ORDER BY text COLLATE "C"
        """;

    /// <summary>The lines of a database.</summary>
    /// <param name="database">The database to describe.</param>
    public static Task<IReadOnlyList<string>> ReadAsync(TestDatabase database) => database.ColumnAsync<string>(Query);
}
