using Mued.PsDb.Undo;

namespace Mued.PsDb;

/// <summary>Takes migrations back, and copies the rows that this destroys first.</summary>
public static class UndoRunner
{
    /// <summary>
    /// Rehearses the undo in a transaction that is rolled back, and counts what would be lost: the figures for a question.
    /// </summary>
    /// <param name="settings">The database.</param>
    /// <param name="options">What to do.</param>
    /// <param name="progress">Told each step; called on any thread.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="MuedException">Wrong usage or configuration, no connection, or a rollback script that fails.</exception>
    public static async Task<UndoPlan> PlanAsync(
        ConnectionSettings settings,
        UndoOptions options,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        var run = new UndoRun(settings, options, null, progress);
        await using (run.ConfigureAwait(false))
            return await run.PlanAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Takes back the newest unit, or everything after a version, in one transaction: locks the tables that vanish against writers,
    /// copies their rows to a backup, runs the rollback scripts, marks the migrations as undone, and commits only when the backup is
    /// flushed and read back against its hashes.
    /// </summary>
    /// <param name="settings">The database.</param>
    /// <param name="options">What to do.</param>
    /// <param name="progress">Told each step; called on any thread.</param>
    /// <param name="cancellationToken">Cancels the statement on the server and rolls back.</param>
    /// <returns>The report. An undo that fails is rolled back and on the report, not thrown.</returns>
    /// <exception cref="MuedException">Wrong usage or configuration, or no connection: nothing was executed.</exception>
    public static Task<UndoReport> RunAsync(
        ConnectionSettings settings,
        UndoOptions options,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => ExecuteAsync(settings, options, null, progress, cancellationToken);

    /// <summary>
    /// Plans, asks, and then does what was planned: the backup goes where the plan said, and an undo that would take other objects than
    /// the plan named stops. Where there is nothing to take back nobody is asked.
    /// </summary>
    /// <param name="settings">The database.</param>
    /// <param name="options">What to do.</param>
    /// <param name="confirm">Asks whether to do what the plan says; no transaction is open meanwhile.</param>
    /// <param name="progress">Told each step; called on any thread.</param>
    /// <param name="cancellationToken">Cancels the statement on the server and rolls back.</param>
    /// <returns>The report; null when the answer was no.</returns>
    /// <exception cref="MuedException">Wrong usage or configuration, no connection, or a rollback script that fails in the
    /// rehearsal.</exception>
    public static async Task<UndoReport?> RunAsync(
        ConnectionSettings settings,
        UndoOptions options,
        Func<UndoPlan, CancellationToken, Task<bool>> confirm,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(confirm);
        var plan = await PlanAsync(settings, options, progress, cancellationToken).ConfigureAwait(false);
        return plan.NothingToDo || await confirm(plan, cancellationToken).ConfigureAwait(false)
            ? await ExecuteAsync(settings, options, plan, progress, cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <summary>Does it, as it was agreed to if it was.</summary>
    internal static async Task<UndoReport> ExecuteAsync(
        ConnectionSettings settings,
        UndoOptions options,
        UndoPlan? confirmed,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        var run = new UndoRun(settings, options, confirmed, progress);
        await using (run.ConfigureAwait(false))
            return await run.ExecuteAsync(cancellationToken).ConfigureAwait(false);
    }
}
