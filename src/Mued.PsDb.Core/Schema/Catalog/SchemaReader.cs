using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Schema;

/// <summary>Reads a <see cref="SchemaSnapshot"/> from the system catalogs, in one round trip.</summary>
internal static class SchemaReader
{
    /// <summary>Reads what a scope covers.</summary>
    /// <param name="connection">An open connection; inside or outside a transaction, whose settings are left as they were.</param>
    /// <param name="scope">What to read.</param>
    /// <param name="cancellationToken">Cancels the query on the server.</param>
    public static Task<SchemaSnapshot> ReadAsync(NpgsqlConnection connection, SchemaScope scope, CancellationToken cancellationToken) =>
        ReadAsync(connection, new SchemaQuery(scope, [], []), cancellationToken);

    /// <summary>The schemas of a database, without the server's own.</summary>
    public static Task<List<string>> SchemasAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            [
                """
                SELECT nspname::pg_catalog.text FROM pg_catalog.pg_namespace
                WHERE nspname OPERATOR(pg_catalog.<>) 'information_schema' AND nspname OPERATOR(pg_catalog.!~~) 'pg\_%'
                ORDER BY nspname
                """,
            ],
            reader => reader.RowsAsync(row => row.GetString(0), cancellationToken),
            cancellationToken
        );

    /// <summary>Reads what a query asks for.</summary>
    /// <inheritdoc cref="ReadAsync(NpgsqlConnection, SchemaScope, CancellationToken)"/>
    public static async Task<SchemaSnapshot> ReadAsync(NpgsqlConnection connection, SchemaQuery query, CancellationToken cancellationToken)
    {
        using var batch = connection.Batch();
        query.AddTo(batch);
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = reader.ConfigureAwait(false);
        return await query.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
    }
}
