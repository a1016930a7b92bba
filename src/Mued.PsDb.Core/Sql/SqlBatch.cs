using Npgsql;

namespace Mued.PsDb.Sql;

/// <summary>
/// A batch in which our own statements run under the <see cref="SessionGuard"/> and those of scripts under the session's settings.
/// </summary>
internal sealed class SqlBatch(NpgsqlConnection connection) : IDisposable
{
    private readonly NpgsqlBatch batch = new(connection);
    private Guard guard = Guard.Unknown;

    /// <summary>What is known of the guard at the end of the batch so far.</summary>
    private enum Guard
    {
        /// <summary>It is as the batch before left it, or as it was at a savepoint.</summary>
        Unknown,

        /// <summary>It is down.</summary>
        Down,

        /// <summary>It is up.</summary>
        Up,
    }

    /// <summary>How many statements it has, those of the guard included.</summary>
    public int Count => batch.BatchCommands.Count;

    /// <summary>Adds statements.</summary>
    public void Add(params IEnumerable<BatchStep> steps)
    {
        foreach (var step in steps)
        {
            Prepare(step);
            batch.BatchCommands.Add(step.Command);
        }
    }

    /// <summary>The place of a statement; -1 when it has none here.</summary>
    public int IndexOf(NpgsqlBatchCommand command) => batch.BatchCommands.IndexOf(command);

    /// <summary>Sends it. The reader stands on the first result that is not the guard's.</summary>
    public async Task<NpgsqlDataReader> ExecuteReaderAsync(CancellationToken cancellationToken)
    {
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (IsGuard(reader))
                await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            return reader;
        }
        catch
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sends it. Returns how many rows it changed.</summary>
    public Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken) => batch.ExecuteNonQueryAsync(cancellationToken);

    /// <summary>
    /// Has the server keep its statements in parsed form, as long as the connection lasts. A batch on it that has one of them, to the letter
    /// and with parameters of the same types, then sends only its name.
    /// </summary>
    public Task PrepareAsync(CancellationToken cancellationToken) => batch.PrepareAsync(cancellationToken);

    /// <summary>Whether a result is the guard's.</summary>
    public static bool IsGuard(NpgsqlDataReader reader) => reader.FieldCount > 0 && reader.GetName(0) == SessionGuard.Marker;

    /// <inheritdoc/>
    public void Dispose() => batch.Dispose();

    private void Prepare(BatchStep step)
    {
        var (needed, left) = step.Runs switch
        {
            StepRuns.Guarded => OfOurs(step.Command.CommandText),
            StepRuns.Unguarded => (Guard.Down, Guard.Down),
            _ => (null, Guard.Down),
        };
        if (needed is { } state && state != guard)
            batch.BatchCommands.Add(new(state == Guard.Up ? SessionGuard.Up : SessionGuard.Down));
        guard = left ?? guard;
    }

    /// <summary>
    /// What a statement of our own needs of the guard, and leaves of it. Those that end it, or look up no name by the search path, need none:
    /// nothing must come between a transaction and its beginning.
    /// </summary>
    private static (Guard? Needed, Guard? Left) OfOurs(string text) =>
        (text.IndexOf(' ', StringComparison.Ordinal) is > 0 and var end ? text[..end] : text) switch
        {
            "BEGIN" or "COMMIT" or "RESET" => (null, Guard.Down),
            "ROLLBACK" => (null, Guard.Unknown),
            "SAVEPOINT" or "RELEASE" or "SET" => (null, null),
            _ => (Guard.Up, Guard.Up),
        };
}
