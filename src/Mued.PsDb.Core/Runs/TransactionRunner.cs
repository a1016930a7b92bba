using Mued.PsDb.Connections;
using Mued.PsDb.Foundation;
using Npgsql;

namespace Mued.PsDb.Runs;

/// <summary>
/// Runs work that is one transaction, each try on a connection of its own, until it succeeds or is not worth another try. The
/// connection's end is the rollback of whatever a try left open.
/// </summary>
/// <param name="context">The run.</param>
/// <param name="failedId">The ErrorId for failures without one of their own.</param>
internal sealed class TransactionRunner(RunContext context, string failedId) : IAsyncDisposable
{
    private readonly RunSession session = new(context);
    private readonly NoticeLog notices = new();
    private readonly RetryLadder ladder = context.NewRetry();

    /// <summary>The server's version; null until it has been connected to.</summary>
    public string? ServerVersion => session.ServerVersion;

    /// <summary>What the server said in the last try.</summary>
    public IReadOnlyList<ServerNotice> Notices => notices.Kept;

    /// <summary>The tries that failed.</summary>
    public IReadOnlyList<MigrationAttempt> Attempts => ladder.Attempts;

    /// <summary>Runs the work until a try succeeds, and returns what that try returned.</summary>
    /// <param name="name">What is at work, for those who look for blockers.</param>
    /// <param name="attempt">One try, on a new connection.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    /// <exception cref="MuedException">The last try failed, or there is no connection.</exception>
    public async Task<T> RunAsync<T>(string name, Func<RunSession, CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        for (; ; )
        {
            await session.OpenAsync(cancellationToken).ConfigureAwait(false);
            notices.Clear();
            session.Notices = notices;
            context.Observer.Watch(name);
            try
            {
                return await attempt(session, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is NpgsqlException or IOException or MuedException)
            {
                var blockers = context.Observer.Unwatch();
                await session.CloseAsync().ConfigureAwait(false);
                var (error, passes) = await JudgedAsync(e).ConfigureAwait(false);
                if (!passes || ladder.NextDelay(error.SqlState, error.Message, blockers) is not { } delay)
                    throw BlockerText.WithAdvice(error, blockers);
                await context.PauseAsync(name, error.Message, delay, blockers, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                context.Observer.Unwatch();
                await session.CloseAsync().ConfigureAwait(false);
                foreach (var notice in Notices)
                    context.Tell(notice.IsWarning ? ProgressKind.Warning : ProgressKind.Notice, notice.Told);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => session.DisposeAsync();

    private async Task<(MuedException Error, bool PassesByItself)> JudgedAsync(Exception exception)
    {
        var error = ErrorOf(exception);
        var judged = await context.Observer.JudgeAsync(error).ConfigureAwait(false);
        return (judged, ConnectionFailure.IsTransient(judged == error ? exception : judged));
    }

    private MuedException ErrorOf(Exception exception) =>
        exception switch
        {
            MuedException e => e,
            PostgresException e => Texts
                .Error(
                    failedId,
                    ExitCode.MigrationFailed,
                    new ErrorPlace(SqlState: e.SqlState, TargetName: context.Settings.Target),
                    e,
                    context.Settings.Target,
                    PlaceOf(e) is { } place ? $"{e.MessageText} ({place})" : e.MessageText
                )
                .With(ServerError.AdviceOnLimit(e.SqlState)),
            _ => Texts.Error(
                failedId,
                ExitCode.MigrationFailed,
                new ErrorPlace(TargetName: context.Settings.Target),
                exception,
                context.Settings.Target,
                context.Settings.Redactor.Redact(ConnectionFailure.ReasonOf(exception))
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
