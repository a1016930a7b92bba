using System.Data;
using Mued.PsDb.Connections;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Runs;

/// <summary>
/// The connection of a run and what it was when it was opened. It is opened when it is needed, and again when it has broken; what the server
/// says goes to whoever is at work.
/// </summary>
internal sealed class RunSession(RunContext context) : IAsyncDisposable
{
    private readonly RetryLadder retries = context.NewRetry();
    private NpgsqlConnection? connection;

    // Null where it has not been tried on this connection; false where it was given up for the session.
    private bool? prepared;

    /// <summary>Whether there is a connection that has not broken.</summary>
    public bool IsOpen => connection is { FullState: ConnectionState.Open };

    /// <summary>The connection that was opened last.</summary>
    public NpgsqlConnection Connection => connection ?? throw new InvalidOperationException("The session has not been opened.");

    /// <summary>What the session was when it was opened.</summary>
    public SessionDefaults Defaults { get; private set; } = null!;

    /// <summary>The server's version; null until it has been connected to.</summary>
    public string? ServerVersion { get; private set; }

    /// <summary>
    /// The migration whose settings and temporary objects the session still has, because it goes on there; null when it is as it was opened.
    /// </summary>
    public string? LeftBy { get; private set; }

    /// <summary>Where notices of the server go; null drops them.</summary>
    public NoticeLog? Notices { get; set; }

    /// <summary>Opens the connection unless it is open.</summary>
    /// <exception cref="MuedException">There is no connection to be had (<see cref="ExitCode.NoConnection"/>).</exception>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (IsOpen)
            return connection!;
        var again = connection is not null;
        await CloseAsync().ConfigureAwait(false);
        context.Tell(ProgressKind.Step, Texts.Get("Connecting", context.Settings.Target));
        connection = await context.Settings.OpenAsync(again, retrying: null, cancellationToken).ConfigureAwait(false);
        (Defaults, ServerVersion, LeftBy) = (new(connection), connection.PostgreSqlVersion.ToString(), null);
        prepared = prepared is false ? false : null;
        connection.Notice += (_, e) => Notices?.Add(new(e.Notice.InvariantSeverity, e.Notice.SqlState, e.Notice.MessageText));
        return connection;
    }

    /// <summary>Does work that leaves nothing behind, again when it fails in a way that passes; connects first if need be.</summary>
    /// <exception cref="MuedException">The last try failed, or there is no connection.</exception>
    public async Task<T> RetryAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        for (; ; )
        {
            var open = await OpenAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await work(open, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (ConnectionFailure.IsTransient(e))
            {
                var server = e as PostgresException ?? e.InnerException as PostgresException;
                var reason = ConnectionFailure.ReasonOf(e);
                if (retries.NextDelay(server?.SqlState, reason, []) is not { } delay)
                    throw e as MuedException ?? ConnectionFailure.From(e, context.Settings);
                await RollBackAsync(cancellationToken).ConfigureAwait(false);
                await context.PauseAsync(context.Settings.Target, reason, delay, [], cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether <see cref="PrepareAsync"/> may be called: not yet on this connection, and never in vain.</summary>
    public bool MayPrepare => prepared is null;

    /// <summary>Whether the server keeps statements in parsed form.</summary>
    public bool IsPrepared => prepared is true;

    /// <summary>
    /// Has the server keep statements in parsed form that are sent very often. Not behind a pooler, whose session is another client's next; and
    /// where the server refuses, they are sent as any others, and fail there.
    /// </summary>
    /// <param name="steps">The statements.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="NpgsqlException">The connection has broken.</exception>
    public async Task PrepareAsync(IEnumerable<BatchStep> steps, CancellationToken cancellationToken)
    {
        prepared = false;
        try
        {
            IEnumerable<BatchStep> begin = [.. context.Transaction.Begin(Connection)];
            var ours = await Connection
                .ScalarAsync([.. begin, BatchStep.Unguarded(ServerLimits.AskSession(Connection))], cancellationToken)
                .ConfigureAwait(false);
            if (ours is not null)
            {
                using var batch = Connection.Batch(steps);
                await batch.PrepareAsync(cancellationToken).ConfigureAwait(false);
                prepared = true;
            }

            await Connection.ExecuteAsync(["COMMIT"], cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e)
        {
            await RollBackAsync(cancellationToken).ConfigureAwait(false);
            if (!IsOpen)
                throw new NpgsqlException(e.MessageText, new IOException(e.MessageText, e));
        }
    }

    /// <summary>Something has made the server forget what it kept: goes on in a new connection, and does without.</summary>
    public ValueTask ForgoPreparedAsync()
    {
        prepared = false;
        return CloseAsync();
    }

    /// <summary>
    /// Leaves a transaction, and gives the session back as it was found: not all that a script leaves there goes with its transaction. When
    /// that fails, the connection goes, and with it the transaction.
    /// </summary>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <param name="leftBy">A migration that goes on in this session statement by statement, and needs what its first ones made there.</param>
    public async Task RollBackAsync(CancellationToken cancellationToken, string? leftBy = null)
    {
        if (!IsOpen)
            return;

        // "There is no transaction in progress" is no news for the report.
        Notices = null;
        try
        {
            IEnumerable<BatchStep> restore = leftBy is null ? Defaults.Restore(null) : [];
            await connection!.ExecuteAsync(["ROLLBACK", .. restore], cancellationToken).ConfigureAwait(false);
            LeftBy = leftBy;
        }
        catch (Exception e) when (e is NpgsqlException or IOException)
        {
            await connection!.CloseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Closes the connection, which rolls back whatever is open on it.</summary>
    public async ValueTask CloseAsync()
    {
        if (connection is not null)
            await connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => CloseAsync();
}
