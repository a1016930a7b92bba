using System.Globalization;
using Mued.PsDb.Inspection;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Restore;

/// <summary>
/// The rows that rollback scripts and migrations have made since the undo, and that nobody has touched: they give way to the backup.
/// </summary>
internal sealed class MadeRows
{
    private const string ReferencesSql = """
        SELECT f.confrelid, p.nspname::text, t.relname::text, f.conrelid, n.nspname::text, c.relname::text,
            ARRAY(SELECT format('p.%I OPERATOR(%I.%s) c.%I', pa.attname, s.nspname, o.oprname, ca.attname)
                FROM unnest(f.conkey, f.confkey, f.conpfeqop) AS u (child, parent, operator)
                JOIN pg_catalog.pg_attribute AS ca ON ca.attrelid = f.conrelid AND ca.attnum = u.child
                JOIN pg_catalog.pg_attribute AS pa ON pa.attrelid = f.confrelid AND pa.attnum = u.parent
                JOIN pg_catalog.pg_operator AS o ON o.oid = u.operator
                JOIN pg_catalog.pg_namespace AS s ON s.oid = o.oprnamespace),
            pg_catalog.has_table_privilege(c.oid, 'SELECT') AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                AND pg_catalog.has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE') AND NOT pg_catalog.row_security_active(c.oid)
        FROM pg_catalog.pg_constraint AS f
        JOIN pg_catalog.pg_class AS c ON c.oid = f.conrelid AND c.relkind = 'r'
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_class AS t ON t.oid = f.confrelid
        JOIN pg_catalog.pg_namespace AS p ON p.oid = t.relnamespace
        WHERE f.contype = 'f' AND f.confrelid = ANY ($1)
        ORDER BY f.oid
        """;

    private readonly IReadOnlyDictionary<ObjectName, IReadOnlyList<string>> columns;

    private readonly UndoneTable? undone;

    private MadeRows(UndoneTable? undone, IReadOnlyDictionary<ObjectName, IReadOnlyList<string>> columns) =>
        (this.undone, this.columns) = (undone, columns);

    /// <summary>Finds them.</summary>
    /// <param name="connection">The database, in the transaction of the restore.</param>
    /// <param name="undone">The table that tells them; null when the backup knows of none.</param>
    /// <param name="tables">The tables to look into.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public static async Task<MadeRows> FindAsync(
        NpgsqlConnection connection,
        UndoneTable? undone,
        IReadOnlyList<ObjectName> tables,
        CancellationToken cancellationToken
    )
    {
        if (undone is null || await connection.ScalarAsync([undone.Exists], cancellationToken).ConfigureAwait(false) is not true)
            return new(null, new Dictionary<ObjectName, IReadOnlyList<string>>());
        await connection.ExecuteAsync([UndoneTable.CreateMade, .. undone.Find(tables)], cancellationToken).ConfigureAwait(false);
        var found = await connection
            .QueryAsync(
                [undone.Columns(tables)],
                reader =>
                    reader.RowsAsync(
                        row => (Name: new ObjectName(row.GetString(0), row.GetString(1)), Columns: row.GetFieldValue<string[]>(2)),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        return new(undone, found.ToDictionary(row => row.Name, row => (IReadOnlyList<string>)row.Columns));
    }

    /// <summary>Whether anything may be known of any table's rows.</summary>
    public bool KnowAny => undone is not null;

    /// <summary>What has been made of large objects, by their numbers, as SQL: their digests, or NULL.</summary>
    public string LargeObjects => undone?.MadeLargeObjects ?? "NULL::jsonb";

    /// <summary>Whether anything is known of a table's rows.</summary>
    public bool Know(ObjectName table) => columns.ContainsKey(table);

    /// <summary>Looks again, because rows of a table have been written since and are in other places now.</summary>
    public Task RefreshAsync(NpgsqlConnection connection, RestoreTarget table, CancellationToken cancellationToken) =>
        Know(table.Name)
            ? connection.ExecuteAsync(
                [$"DELETE FROM {UndoneTable.Made} WHERE part = {table.Oid}", .. undone!.Find([table.Name])],
                cancellationToken
            )
            : Task.CompletedTask;

    /// <summary>Whether the value of a column of the row t is as it was made, as SQL.</summary>
    public string Same(ObjectName table, string column)
    {
        var place = columns.TryGetValue(table, out var names) ? names.ToList().IndexOf(column) + 1 : 0;
        return place == 0
            ? "false"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"coalesce((SELECT o.same[{place}] FROM {UndoneTable.Made} AS o WHERE {IsOf("t")}), false)"
            );
    }

    /// <summary>The condition for the entry o of a row.</summary>
    public static string IsOf(string row) => $"o.part OPERATOR(pg_catalog.=) {row}.tableoid AND o.id OPERATOR(pg_catalog.=) {row}.ctid";

    /// <summary>
    /// Deletes those of tables whose rows come back whole, unless rows of others refer to them: these are overwritten in place, or told.
    /// </summary>
    /// <param name="connection">The database, in the transaction of the restore.</param>
    /// <param name="tables">The tables, parents before children.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    public async Task DeleteAsync(NpgsqlConnection connection, IReadOnlyList<RestoreTarget> tables, CancellationToken cancellationToken)
    {
        var known = tables.Where(table => Know(table.Name)).ToList();
        var oids = known.Select(table => table.Oid).ToArray();
        if (
            known.Count == 0
            || await connection
                .ExecuteAsync(
                    [
                        new NpgsqlBatchCommand($"UPDATE {UndoneTable.Made} SET doomed = true WHERE whole AND part = ANY ($1)")
                        {
                            Parameters = { ArrayParameter.Oids(oids) },
                        },
                    ],
                    cancellationToken
                )
                .ConfigureAwait(false) == 0
        )
            return;
        var references = await ReferencesAsync(connection, oids, cancellationToken).ConfigureAwait(false);
        var children = references.Where(reference => reference.Usable).Select(reference => reference.Child).Distinct().ToList();
        if (children.Count > 0)
            await connection.ExecuteAsync([TableLock.On(children)], cancellationToken).ConfigureAwait(false);
        while (
            references.Count > 0
            && await connection
                .ExecuteAsync(references.Select(reference => (BatchStep)reference.Spare), cancellationToken)
                .ConfigureAwait(false) > 0
        ) { }
        await connection
            .ExecuteAsync(
                known
                    .AsEnumerable()
                    .Reverse()
                    .Select(table =>
                        (BatchStep)$"DELETE FROM ONLY {table.Name} AS t USING {UndoneTable.Made} AS o WHERE {IsOf("t")} AND o.doomed"
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private static Task<List<Reference>> ReferencesAsync(NpgsqlConnection connection, uint[] oids, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            [new NpgsqlBatchCommand(ReferencesSql) { Parameters = { ArrayParameter.Oids(oids) } }],
            reader =>
                reader.RowsAsync(
                    row => new Reference(
                        row.GetFieldValue<uint>(0),
                        new(row.GetString(1), row.GetString(2)),
                        row.GetFieldValue<uint>(3),
                        new(row.GetString(4), row.GetString(5)),
                        row.GetFieldValue<string[]>(6),
                        row.GetBoolean(7)
                    ),
                    cancellationToken
                ),
            cancellationToken
        );

    /// <summary>A foreign key to a table of the backup.</summary>
    /// <param name="ParentOid">The table's OID.</param>
    /// <param name="Parent">The table.</param>
    /// <param name="Child">The OID of the table that refers to it.</param>
    /// <param name="ChildName">That table.</param>
    /// <param name="Equal">How the columns are compared, of p and c, as SQL.</param>
    /// <param name="Usable">Whether the role may look for rows that refer, and hold off new ones; if not, all count as referred to.</param>
    private sealed record Reference(
        uint ParentOid,
        ObjectName Parent,
        uint Child,
        ObjectName ChildName,
        IReadOnlyList<string> Equal,
        bool Usable
    )
    {
        /// <summary>Takes rows that are referred to by any row that stays from those to delete.</summary>
        public string Spare =>
            Usable
                ? $"""
                    UPDATE {UndoneTable.Made} AS o SET doomed = false FROM ONLY {Parent} AS p
                    WHERE o.doomed AND o.part = {ParentOid} AND o.id = p.ctid AND EXISTS (SELECT FROM ONLY {ChildName} AS c
                        WHERE {string.Join(" AND ", Equal)}
                            AND NOT EXISTS (SELECT FROM {UndoneTable.Made} AS d WHERE d.part = c.tableoid AND d.id = c.ctid AND d.doomed))
                    """
                : $"UPDATE {UndoneTable.Made} SET doomed = false WHERE doomed AND part = {ParentOid}";
    }
}
