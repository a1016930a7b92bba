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

    // A query for the numbers in each column that may refer to large objects, and whether the table is the tenant's. What the role may not read
    // says nothing.
    private const string ReferencesSql = """
        WITH RECURSIVE numbers (type) AS (
            SELECT 'oid'::regtype::oid
            UNION ALL
            SELECT t.oid FROM numbers AS n JOIN pg_type AS t ON t.typbasetype = n.type AND t.typtype = 'd'
        )
        SELECT format('SELECT t.%I::oid AS oid FROM ONLY %I.%I AS t', a.attname, s.nspname, c.relname), s.nspname = $1
        FROM numbers AS n JOIN pg_attribute AS a ON a.atttypid = n.type AND a.attnum > 0
        JOIN pg_class AS c ON c.oid = a.attrelid AND c.relkind = 'r'
        JOIN pg_namespace AS s ON s.oid = c.relnamespace AND s.nspname !~ '^pg_' AND s.nspname <> 'information_schema'
        WHERE has_schema_privilege(s.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT')
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
    /// <exception cref="MuedException">One would; nothing is committed (<see cref="ExitCode.MigrationFailed"/>).</exception>
    public static async Task EnsureLargeObjectsAsync(
        NpgsqlConnection connection,
        string taken,
        string schema,
        CancellationToken cancellationToken
    )
    {
        var query = new NpgsqlBatchCommand(ReferencesSql) { Parameters = { new() { Value = schema } } };
        var references = await connection
            .QueryAsync(
                [query],
                reader => reader.RowsAsync(row => (Sql: row.GetString(0), Own: row.GetBoolean(1)), cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
        var from = references.ToLookup(reference => reference.Own, reference => reference.Sql);
        var outside = await connection
            .QueryAsync(
                [
                    $"""
                    WITH taken AS MATERIALIZED (SELECT m.oid FROM pg_largeobject_metadata AS m JOIN ({taken}) AS v (oid) ON v.oid = m.oid)
                    SELECT o.oid::text FROM (
                        (SELECT oid FROM taken EXCEPT {All([.. from[true]])}) UNION (SELECT oid FROM taken INTERSECT {All([
                        .. from[false],
                    ])})
                    ) AS o ORDER BY o.oid
                    """,
                ],
                reader => reader.RowsAsync(row => row.GetString(0), cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
        if (outside.Count > 0)
            throw Texts.Error(
                "UndoLargeObjectsOutsideTenant",
                ExitCode.MigrationFailed,
                new ErrorPlace(TargetName: outside[0]),
                null,
                schema,
                Figures.List(outside)
            );
    }

    // By halves: the server's stack would not hold a chain of some thousand tenants.
    private static string All(IReadOnlyList<string> queries) =>
        queries switch
        {
            [] => "SELECT 0::oid WHERE false",
            [var only] => only,
            _ => $"({All([.. queries.Take(queries.Count / 2)])} UNION ALL {All([.. queries.Skip(queries.Count / 2)])})",
        };
}
