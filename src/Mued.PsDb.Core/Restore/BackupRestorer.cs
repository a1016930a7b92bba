using Mued.PsDb.Restore;

namespace Mued.PsDb;

/// <summary>Puts a backup of an undo back.</summary>
public static class BackupRestorer
{
    /// <summary>
    /// Checks every file of the backup against its hash and the database against the backup, and then loads all rows in one
    /// transaction, parents before children. Triggers of the tables stay silent meanwhile, so that rows come back as they were.
    /// </summary>
    /// <param name="settings">The database.</param>
    /// <param name="options">What to do.</param>
    /// <param name="progress">Told each step; called on any thread.</param>
    /// <param name="cancellationToken">Cancels the statement on the server and rolls back.</param>
    /// <returns>The report. A restore that fails while loading is rolled back and on the report, not thrown.</returns>
    /// <exception cref="MuedException">
    /// The backup is damaged or incomplete, the database is another one or cannot hold it, or there is no connection: nothing was loaded.
    /// </exception>
    public static async Task<RestoreReport> RunAsync(
        ConnectionSettings settings,
        RestoreOptions options,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        var run = new RestoreRun(settings, options, progress);
        await using (run.ConfigureAwait(false))
            return await run.ExecuteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// How long others will wait for the tables of a backup that is loaded: by a part of its largest table, which is loaded into a temporary
    /// table in a transaction that is rolled back. Foreign keys, and rows that are there already, come on top.
    /// </summary>
    /// <param name="settings">The database.</param>
    /// <param name="options">What would be done.</param>
    /// <param name="progress">Told each step; called on any thread.</param>
    /// <param name="cancellationToken">Cancels the statement on the server and rolls back.</param>
    /// <returns>The time; null where nothing could be measured, because the role may not make temporary tables or the table is not there.</returns>
    /// <exception cref="MuedException">The backup is damaged or incomplete, the database is another one, or there is no connection.</exception>
    public static async Task<TimeSpan?> ExpectAsync(
        ConnectionSettings settings,
        RestoreOptions options,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        var run = new RestoreRun(settings, options, progress);
        await using (run.ConfigureAwait(false))
            return await run.ExpectAsync(cancellationToken).ConfigureAwait(false);
    }
}
