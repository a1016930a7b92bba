using Mued.PsDb.Connections;
using Mued.PsDb.Foundation;
using Npgsql;

namespace Mued.PsDb.Runs;

/// <summary>
/// Runs work that is one transaction, each try on a connection of its own, until it succeeds or is not worth another try. The
/// connection's end is the rollback of whatever a try left open.
/// </summary>
internal sealed class TransactionRunner : IAsyncDisposable
{
    private readonly IProgress<RunProgress>? progress;
    private readonly RunObserver observer;
    private readonly RetryLadder ladder;
    private readonly string failedId;

    /// <summary>Begins the time of the tries, and names the sessions of the run; nothing is connected yet.</summary>
    /// <param name="settings">The database.</param>
    /// <param name="runId">Tells this run's sessions from others, to find the sessions that block it.</param>
    /// <param name="lockTimeout">The longest wait for a lock.</param>
    /// <param name="maxAttempts">How many tries there are.</param>
    /// <param name="retryTime">How long they may take together.</param>
    /// <param name="failedId">The ErrorId for failures without one of their own.</param>
    /// <param name="progress">Told each step.</param>
    public TransactionRunner(
        ConnectionSettings settings,
        Guid runId,
        TimeSpan lockTimeout,
        int maxAttempts,
        TimeSpan retryTime,
        string failedId,
        IProgress<RunProgress>? progress
    )
    {
        (this.progress, this.failedId) = (progress, failedId);
        Settings = settings.WithApplicationName($"{settings.ApplicationName} {runId.ToString("N")[..8]}");
        ladder = new(maxAttempts, retryTime, TimeProvider.System);
        observer = new(settings, Settings.ApplicationName, lockTimeout, progress);
    }

    /// <summary>The database, under this run's application name.</summary>
    public ConnectionSettings Settings { get; }

    /// <summary>The server's version; null until it has been connected to.</summary>
    public string? ServerVersion { get; private set; }

    /// <summary>What the server said.</summary>
    public List<ServerNotice> Notices { get; } = [];

    /// <summary>The tries that failed.</summary>
    public IReadOnlyList<MigrationAttempt> Attempts => ladder.Attempts;

    /// <summary>Looks for sessions in the way, from now on, while the run waits for the server.</summary>
    public void Watch(string name) => observer.Watch(name);

    /// <summary>Stops looking: what follows takes its time by itself.</summary>
    public void Unwatch() => observer.Unwatch();

    /// <summary>Runs the work until a try succeeds, and returns what that try returned.</summary>
    /// <param name="name">What is at work, to find the sessions that block it.</param>
    /// <param name="attempt">One try, on a new connection.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    /// <exception cref="MuedException">The last try failed, or there is no connection.</exception>
    public async Task<T> RunAsync<T>(
        string name,
        Func<NpgsqlConnection, CancellationToken, Task<T>> attempt,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            progress?.Report(new(ProgressKind.Step, Texts.Get("Connecting", Settings.Target)));
            var connection = await Settings.OpenAsync(reconnect: Attempts.Count > 0, cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                ServerVersion = connection.PostgreSqlVersion.ToString();
                connection.Notice += (_, e) => Notices.Add(new(e.Notice.InvariantSeverity, e.Notice.SqlState, e.Notice.MessageText));
                observer.Watch(name);
                try
                {
                    return await attempt(connection, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception e) when (e is NpgsqlException or IOException or MuedException)
                {
                    var blockers = observer.Unwatch();
                    var error = ErrorOf(e);
                    if (!PassesByItself(e) || ladder.NextDelay(error.SqlState, error.Message, blockers) is not { } delay)
                        throw error;
                    progress?.Report(new(ProgressKind.Waiting, Texts.Get("UndoRetry", error.Message)));
                    await connection.CloseAsync().ConfigureAwait(false);
                    await Task.Delay(delay, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    observer.Unwatch();
                }
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => observer.DisposeAsync();

    private static bool PassesByItself(Exception exception) =>
        exception switch
        {
            MuedException { ErrorId: "UndoRaced" } => true,
            MuedException { ErrorId: "UndoOutcomeUnknown" or "RestoreOutcomeUnknown" } => false,
            MuedException { InnerException: PostgresException inner } => ConnectionFailure.IsTransient(inner),
            MuedException => false,
            _ => ConnectionFailure.IsTransient(exception),
        };

    private MuedException ErrorOf(Exception exception) =>
        exception switch
        {
            MuedException e => e,
            PostgresException e => Texts.Error(
                failedId,
                ExitCode.MigrationFailed,
                new ErrorPlace(SqlState: e.SqlState, TargetName: Settings.Target),
                e,
                Settings.Target,
                PlaceOf(e) is { } place ? $"{e.MessageText} ({place})" : e.MessageText
            ),
            _ => Texts.Error(
                failedId,
                ExitCode.MigrationFailed,
                new ErrorPlace(TargetName: Settings.Target),
                exception,
                Settings.Target,
                Settings.Redactor.Redact(exception.Message)
            ),
        };

    // A context line ends in the row's own data, after a colon, and a line with an SQL statement may hold literals: no error may show
    // either.
    private static string? PlaceOf(PostgresException error) =>
        error
            .Where?.Split('\n')
            .FirstOrDefault(line =>
                line.StartsWith("COPY ", StringComparison.Ordinal) || line.StartsWith("PL/pgSQL", StringComparison.Ordinal)
            )
            ?.Split(':')[0];
}
