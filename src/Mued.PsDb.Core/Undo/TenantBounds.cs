using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>
/// Keeps the undo of a tenant inside of its schema. Rollback scripts name tables without their schema, and what the tenant's schema does not
/// have is looked for in the shared ones behind it: <c>DROP TABLE IF EXISTS users</c> would take everybody's.
/// </summary>
internal static class TenantBounds
{
    private const string OutsideSql = """
        SELECT DISTINCT i.type || ' ' || i.identity
        FROM unnest($1, $2, $3) AS v (classid, objid, number)
        CROSS JOIN LATERAL pg_catalog.pg_identify_object(v.classid, v.objid, v.number) AS i
        WHERE i.schema <> $4 AND i.schema !~ '^pg_'
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.classid = v.classid AND d.objid = v.objid AND d.deptype = 'i')
        ORDER BY 1
        """;

    /// <summary>Makes sure that nothing goes that is in another schema.</summary>
    /// <exception cref="MuedException">Something would; nothing is committed (<see cref="ExitCode.MigrationFailed"/>).</exception>
    public static async Task EnsureAsync(
        NpgsqlConnection connection,
        CatalogDifference difference,
        string schema,
        CancellationToken cancellationToken
    )
    {
        var query = CatalogAddress.Query(OutsideSql, [.. difference.Vanished, .. difference.Rewritten]);
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
}
