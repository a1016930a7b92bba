using Npgsql;

namespace Mued.PsDb.Sql;

/// <summary>
/// Makes and sends batches: what the engine asks of a server it asks here, each batch in one round trip and, unless it opens a transaction
/// itself, in one transaction.
/// </summary>
internal static class Batches
{
    /// <summary>A batch of these statements, to which more may be added.</summary>
    public static SqlBatch Batch(this NpgsqlConnection connection, params IEnumerable<BatchStep> steps)
    {
        var batch = new SqlBatch(connection);
        batch.Add(steps);
        return batch;
    }

    /// <summary>Executes statements. Returns how many rows they changed.</summary>
    public static async Task<int> ExecuteAsync(
        this NpgsqlConnection connection,
        IEnumerable<BatchStep> steps,
        CancellationToken cancellationToken
    )
    {
        using var batch = connection.Batch(steps);
        return await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Executes statements. Returns the first value of the first result; null when there is no row.</summary>
    public static async Task<object?> ScalarAsync(
        this NpgsqlConnection connection,
        IEnumerable<BatchStep> steps,
        CancellationToken cancellationToken
    )
    {
        using var batch = connection.Batch(steps);
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            object? first = null;
            if (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                first = reader.GetValue(0);

            // An error of a later statement shows only once its result is asked for.
            while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false)) { }
            return first;
        }
    }

    /// <summary>Executes statements and reads their results.</summary>
    /// <param name="connection">The database.</param>
    /// <param name="steps">The statements.</param>
    /// <param name="read">Reads; the reader stands on the first result.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    public static async Task<T> QueryAsync<T>(
        this NpgsqlConnection connection,
        IEnumerable<BatchStep> steps,
        Func<NpgsqlDataReader, Task<T>> read,
        CancellationToken cancellationToken
    )
    {
        using var batch = connection.Batch(steps);
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
            return await read(reader).ConfigureAwait(false);
    }

    /// <summary>Reads the rows of the result that the reader stands on, and goes on to the next result.</summary>
    public static async Task<List<T>> RowsAsync<T>(
        this NpgsqlDataReader reader,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken
    )
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            rows.Add(read(reader));
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        return rows;
    }
}
