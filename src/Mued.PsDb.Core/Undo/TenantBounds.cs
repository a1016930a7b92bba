using Mued.PsDb.Backups;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>
/// Keeps the undo of a tenant inside of its schema. Rollback scripts name tables without their schema, and what the tenant's schema does not
/// have is looked for in the shared ones behind it: <c>DROP TABLE IF EXISTS users</c> would take everybody's.
/// </summary>
internal static class TenantBounds
{
    // What has no schema is where its table is, and otherwise the database's. A part of what goes as well is judged with that: a foreign key has
    // triggers on the table that it refers to, an extension casts, a family of operators its members. The counters are this transaction's own.
    private const string OutsideSql = """
        WITH taken AS (
            SELECT classid, objid, number FROM unnest($1, $2, $3) AS v (classid, objid, number)
            UNION
            SELECT 'pg_class'::regclass, relid, 0 FROM pg_stat_xact_user_tables WHERE n_tup_upd + n_tup_del > 0
        )
        SELECT DISTINCT i.type || ' ' || i.identity
        FROM taken AS v
        CROSS JOIN LATERAL pg_identify_object(v.classid, v.objid, v.number) AS i
        CROSS JOIN LATERAL pg_identify_object_as_address(v.classid, v.objid, v.number) AS a
        LEFT JOIN pg_extension AS e ON v.classid = 'pg_extension'::regclass AND e.oid = v.objid
        LEFT JOIN pg_namespace AS n ON n.oid = e.extnamespace
        CROSS JOIN LATERAL coalesce(i.schema, n.nspname, CASE
            WHEN i.type IN ('schema', 'publication namespace') OR i.type <> 'default acl' AND cardinality(a.object_names) > 1 THEN a.object_names[1]
            WHEN i.type = 'default acl' THEN a.object_names[2] END, '') AS place
        WHERE place <> $4 AND place !~ '^pg_' AND i.identity IS NOT NULL
            AND NOT EXISTS (SELECT FROM pg_depend AS d JOIN taken AS whole ON whole.classid = d.refclassid AND whole.objid = d.refobjid AND whole.number = 0
                WHERE d.classid = v.classid AND d.objid = v.objid
                    AND (d.deptype IN ('i', 'e') OR d.classid IN ('pg_amop'::regclass, 'pg_amproc'::regclass)))
        ORDER BY 1
        """;

    // The columns that may refer to large objects, and whether this role reads all of their tables.
    private const string ReferencesSql = """
        WITH RECURSIVE numbers (type) AS (
            SELECT 'oid'::regtype::oid
            UNION ALL
            SELECT t.oid FROM numbers AS n JOIN pg_type AS t ON t.typbasetype = n.type AND t.typtype = 'd'
        )
        SELECT a.attname, s.nspname, c.relname, has_schema_privilege(s.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT')
            AND NOT row_security_active(c.oid) AS readable
        FROM numbers AS n JOIN pg_attribute AS a ON a.atttypid = n.type AND a.attnum > 0
        JOIN pg_class AS c ON c.oid = a.attrelid AND c.relkind = 'r'
        JOIN pg_namespace AS s ON s.oid = c.relnamespace AND s.nspname !~ '^pg_' AND s.nspname <> 'information_schema'
        """;

    /// <summary>Makes sure that nothing goes, changes or is set back that is not in the tenant's schema.</summary>
    /// <param name="connection">The database, in the transaction of the rehearsal, as it was before the scripts.</param>
    /// <param name="difference">What the scripts do to the catalog.</param>
    /// <param name="sequences">The sequences that vanish or are set back.</param>
    /// <param name="schema">The tenant's schema.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <exception cref="MuedException">Something would; nothing is committed (<see cref="ExitCode.MigrationFailed"/>).</exception>
    public static async Task EnsureAsync(
        NpgsqlConnection connection,
        CatalogDifference difference,
        IEnumerable<SequenceState> sequences,
        string schema,
        CancellationToken cancellationToken
    )
    {
        var back = sequences.Select(sequence => new CatalogObject(CatalogObject.Relation, sequence.Oid));
        var query = CatalogAddress.Query(OutsideSql, [.. difference.Vanished, .. difference.Rewritten, .. back]);
        query.Parameters.Add(new() { Value = schema });
        var outside = await connection
            .QueryAsync([query], reader => reader.RowsAsync(row => row.GetString(0), cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        if (outside.Count > 0)
            throw Texts.Error(
                "UndoOutsideTenant",
                ExitCode.MigrationFailed,
                new ErrorPlace(TargetName: outside[0]),
                null,
                schema,
                string.Join(", ", outside)
            );
    }

    /// <summary>
    /// Makes sure that no large object goes or is overwritten that is not the tenant's. They are in no schema; one belongs to the tenant when a
    /// row in its schema refers to it, and no row elsewhere does.
    /// </summary>
    /// <param name="connection">The database, in the transaction of the rehearsal, as it was before the scripts.</param>
    /// <param name="taken">A query for the numbers of those that go or are overwritten.</param>
    /// <param name="schema">The tenant's schema.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <exception cref="MuedException">One would, or a table cannot be read; nothing is committed (<see cref="ExitCode.MigrationFailed"/>).</exception>
    public static async Task EnsureLargeObjectsAsync(
        NpgsqlConnection connection,
        string taken,
        string schema,
        CancellationToken cancellationToken
    )
    {
        var (outside, closed, locked) = await connection
            .QueryAsync(
                [
                    FindReferences(taken, schema),
                    """
                    SELECT current_setting('mued.outside')::text[], current_setting('mued.closed')::text[], current_setting('mued.locked')::text[]
                    """,
                ],
                async reader =>
                {
                    await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                    return (reader.GetFieldValue<string[]>(0), reader.GetFieldValue<string[]>(1), reader.GetFieldValue<string[]>(2));
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        if (closed.Length + locked.Length > 0)
            throw Texts
                .Error(
                    "UndoLargeObjectsUnknown",
                    ExitCode.MigrationFailed,
                    new ErrorPlace(TargetName: closed.Concat(locked).First()),
                    null,
                    schema,
                    Figures.List([.. closed, .. locked])
                )
                .With(passesByItself: closed.Length == 0);
        if (outside.Length > 0)
            throw Texts.Error(
                "UndoLargeObjectsOutsideTenant",
                ExitCode.MigrationFailed,
                new ErrorPlace(TargetName: outside[0]),
                null,
                schema,
                Figures.List(outside)
            );
    }

    // Leaves in settings which are not the tenant's alone, and which tables cannot be read: the role may not, or a migration of another tenant has
    // them locked and would be waited for. Each table is read in a block of its own that is rolled back, which gives its locks back: a server has
    // room for some thousands.
    private static string FindReferences(string taken, string schema) =>
        "DO "
        + SqlString.Literal(
            $"""
            DECLARE
                item record;
                name text;
                taken oid[] := ARRAY(SELECT m.oid FROM pg_largeobject_metadata AS m JOIN ({taken}) AS v (oid) ON v.oid = m.oid);
                hits oid[];
                own oid[] := ARRAY[]::oid[];
                others oid[] := ARRAY[]::oid[];
                closed text[] := ARRAY[]::text[];
                locked text[] := ARRAY[]::text[];
            BEGIN
                FOR item IN {ReferencesSql} WHERE cardinality(taken) > 0 LOOP
                    name := format('%I.%I', item.nspname, item.relname);
                    IF NOT item.readable THEN
                        closed := closed || name;
                        CONTINUE;
                    END IF;
                    BEGIN
                        hits := NULL;
                        PERFORM set_config('lock_timeout', '10', true);
                        EXECUTE format('SELECT array_agg(DISTINCT t.%1$I::oid) FROM ONLY %2$s AS t WHERE t.%1$I::oid = ANY ($1)', item.attname, name)
                            INTO hits USING taken;
                        RAISE SQLSTATE 'MU000';
                    EXCEPTION
                        WHEN SQLSTATE 'MU000' OR undefined_table OR undefined_column OR invalid_schema_name THEN NULL;
                        WHEN lock_not_available THEN
                            locked := locked || name;
                    END;
                    IF item.nspname = {SqlString.Literal(schema)} THEN
                        own := own || hits;
                    ELSE
                        others := others || hits;
                    END IF;
                END LOOP;
                PERFORM set_config('mued.outside', ARRAY(
                        SELECT o.oid::text FROM (
                            (SELECT unnest(taken) EXCEPT SELECT unnest(own)) UNION SELECT unnest(others)
                        ) AS o (oid) ORDER BY o.oid)::text, true),
                    set_config('mued.closed', ARRAY(SELECT DISTINCT unnest(closed) ORDER BY 1)::text, true),
                    set_config('mued.locked', ARRAY(SELECT DISTINCT unnest(locked) ORDER BY 1)::text, true);
            END
            """
        );
}
