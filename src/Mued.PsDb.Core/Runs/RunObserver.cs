using Npgsql;

namespace Mued.PsDb.Runs;

/// <summary>
/// The eyes beside a run: one pair looks who is in its way, the other in whose way it is, and ends what makes others wait too long. A piece
/// of work that opens a transaction is put between <see cref="Watch"/> and <see cref="Unwatch"/>, and an error of it through
/// <see cref="JudgeAsync"/>, which knows when the error is the budget's.
/// </summary>
/// <param name="settings">The database, under the connection's own application_name.</param>
/// <param name="name">The application_name of the run's sessions.</param>
/// <param name="options">The limits of the run.</param>
/// <param name="progress">Told what is seen.</param>
internal sealed class RunObserver(ConnectionSettings settings, RunName name, RunOptions options, IProgress<RunProgress>? progress)
    : IAsyncDisposable
{
    private readonly BlockerWatch blockers = new(settings, name.Run, options.LockTimeout, progress);
    private readonly HarmWatch harm = new(
        settings,
        name,
        (options.Budget, options.WalBudget),
        text => progress?.Report(new(ProgressKind.Warning, text))
    );

    /// <summary>What the run cost others, as far as it has been told: of a transaction that is still open, nothing yet.</summary>
    public Harm Harm => harm.Harm;

    /// <summary>What a person should know of the watch itself; null for nothing.</summary>
    public string? Warning => harm.Warning;

    /// <summary>Begins to watch.</summary>
    /// <param name="migration">The migration at work.</param>
    /// <param name="renew">What keeps its lease alive, if it has one.</param>
    /// <param name="running">Told the text of the statement that the server is at work on.</param>
    public void Watch(string migration, Func<NpgsqlConnection, CancellationToken, Task>? renew = null, Action<string>? running = null)
    {
        harm.Begin();
        blockers.Begin(migration, renew, running);
    }

    /// <summary>Ends the watch: no transaction is open any more.</summary>
    /// <returns>Everybody who was seen blocking the run meanwhile.</returns>
    public IReadOnlyList<Blocker> Unwatch()
    {
        harm.End();
        return blockers.End();
    }

    /// <summary>
    /// What follows in the open transaction takes the time that its data takes: nobody is looked for who is in the way, and unless the
    /// caller has set a bound, it is only measured how long others wait.
    /// </summary>
    public Task TakeTimeAsync()
    {
        blockers.End();
        return options.MaxBlocking is null ? harm.LiftAsync() : Task.CompletedTask;
    }

    /// <summary>Waits a moment for what is to be told of the last transaction.</summary>
    public Task SettleAsync() => harm.SettleAsync();

    /// <summary>
    /// An error of the work that was watched: itself, or, where the budget ended the work, one that says who waited and what to do. That one
    /// is worth another try when the transaction was itself waiting for a lock.
    /// </summary>
    public async Task<MuedException> JudgeAsync(MuedException error)
    {
        var over = await harm.OverAsync().ConfigureAwait(false);
        return over is null ? error : OverBudgetError.From(over, error, options.Budget);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await harm.DisposeAsync().ConfigureAwait(false);
        await blockers.DisposeAsync().ConfigureAwait(false);
    }
}
