using Mued.PsDb.Undo;

namespace Mued.PsDb;

/// <summary>Takes migrations back, and copies the rows that this destroys first.</summary>
public static class UndoRunner
{
    /// <summary>
    /// Rehearses the undo in a transaction that is rolled back, and counts what would be lost: the figures for the question and for
    /// <c>-WhatIf</c>. Pass the plan's <see cref="UndoPlan.BackupPath"/> on, so that the undo writes where the question said.
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
        var run = new UndoRun(settings, options, progress);
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
    public static async Task<UndoReport> RunAsync(
        ConnectionSettings settings,
        UndoOptions options,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        var run = new UndoRun(settings, options, progress);
        await using (run.ConfigureAwait(false))
            return await run.ExecuteAsync(cancellationToken).ConfigureAwait(false);
    }
}
