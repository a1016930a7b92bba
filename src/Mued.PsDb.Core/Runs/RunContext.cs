using System.Diagnostics;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Runs;

/// <summary>
/// What stays the same from the first try of a run to its last: who it is, what it was asked, when it began, who is told, and who watches
/// it from beside.
/// </summary>
internal sealed class RunContext : IAsyncDisposable
{
    private readonly long begun = Stopwatch.GetTimestamp();

    /// <summary>Begins a run; nothing is connected yet.</summary>
    /// <param name="settings">The database.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="progress">Told each step; called on any thread.</param>
    /// <exception cref="MuedException">An option is out of range (exit code 2).</exception>
    public RunContext(ConnectionSettings settings, RunOptions options, IProgress<RunProgress>? progress)
    {
        options.Check();
        (Options, Progress, Transaction) = (options, progress, new(options, settings.SearchPath));

        // The observer writes too: it renews leases.
        if (options.AllowReadOnlyDefault)
            settings = settings.WithSetting("default_transaction_read_only", "off");
        var name = RunName.Of(settings.ApplicationName, Id);
        Settings = settings.WithApplicationName(name.Run);
        Observer = new(settings.WithApplicationName(name.Product), name, options, progress);
    }

    /// <summary>Tells this run from every other: in the history, and by the application name of its sessions.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>When it began, on this machine's clock.</summary>
    public DateTimeOffset StartedAt { get; } = DateTimeOffset.UtcNow;

    /// <summary>How long ago that was.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(begun);

    /// <summary>The database, under this run's application name.</summary>
    public ConnectionSettings Settings { get; }

    /// <summary>What was asked for.</summary>
    public RunOptions Options { get; }

    /// <summary>Told each step.</summary>
    public IProgress<RunProgress>? Progress { get; }

    /// <summary>How a transaction of this run is opened.</summary>
    public TransactionSettings Transaction { get; }

    /// <summary>Watches the run while it waits for the server.</summary>
    public RunObserver Observer { get; }

    /// <summary>The tries of one piece of work; their time begins now.</summary>
    public RetryLadder NewRetry() => new(Options.MaxAttempts, Options.RetryTime, TimeProvider.System);

    /// <summary>Tells a step.</summary>
    public void Tell(ProgressKind kind, string message, string? migration = null, long? done = null, long? total = null) =>
        Progress?.Report(new(kind, message, migration, done, total));

    /// <summary>Waits for the next try of something, and tells why.</summary>
    public Task PauseAsync(
        string name,
        string failure,
        TimeSpan delay,
        IReadOnlyCollection<Blocker> blockers,
        CancellationToken cancellationToken
    )
    {
        Tell(ProgressKind.Waiting, Texts.Get("Retrying", name, failure, BlockerText.PatienceFor(blockers), delay.TotalSeconds), name);
        return Task.Delay(delay, cancellationToken);
    }

    /// <summary>Does the work of a run. Returns the error that ended it, for the report; null when it came to its end.</summary>
    /// <param name="work">The work.</param>
    /// <param name="executed">
    /// Whether something was executed before: then every error belongs on the report. Else only one of what is executed does, and others
    /// are thrown, since they mean that nothing was.
    /// </param>
    /// <param name="cancellationToken">The caller's token.</param>
    public static async Task<MuedError?> ErrorOfAsync(Func<Task> work, bool executed, CancellationToken cancellationToken)
    {
        try
        {
            await work().ConfigureAwait(false);
            return null;
        }
        catch (MuedException e) when (executed || e.ExitCode == ExitCode.MigrationFailed)
        {
            return MuedError.From(e);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            return MuedError.From(Texts.Error("Cancelled", ExitCode.Cancelled, e));
        }
    }

    /// <summary>Fills in what every report of a run says; no transaction of the run is open any more.</summary>
    public async Task<T> CompleteAsync<T>(T report, string? serverVersion, MuedError? error, IEnumerable<string> warnings)
        where T : RunReport
    {
        await Observer.SettleAsync().ConfigureAwait(false);
        return report with
        {
            ServerVersion = serverVersion,
            StartedAt = StartedAt,
            Duration = Elapsed,
            Harm = Observer.Harm,
            Warnings = [.. Settings.Warnings, .. warnings, .. Observer.Warning is { } unwatched ? [unwatched] : Array.Empty<string>()],
            Error = error,
        };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Observer.DisposeAsync();
}
