using Mued.PsDb.Connections;
using Mued.PsDb.Files;
using Mued.PsDb.Inspection;
using Mued.PsDb.Migrations;
using Npgsql;

namespace Mued.PsDb;

/// <summary>Applies the migrations of a folder to a database, and tells where they stand.</summary>
public static class MigrationRunner
{
    /// <summary>
    /// Applies what is pending, each migration exactly once, and verifies the result. It may be called by any number of processes at
    /// once, after any kind of interruption, and through a pooler in transaction mode.
    /// </summary>
    /// <param name="settings">The database.</param>
    /// <param name="options">What to do.</param>
    /// <param name="progress">Told each step; called on any thread.</param>
    /// <param name="cancellationToken">Cancels the statement on the server; the report says what was done before.</param>
    /// <returns>The report. A failed migration or verification is on it, not thrown.</returns>
    /// <exception cref="MuedException">Wrong usage or configuration, or no connection: nothing was executed.</exception>
    public static Task<MigrationReport> RunAsync(
        ConnectionSettings settings,
        MigrationOptions options,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        return RunOnAsync(settings, options, MigrationInput.ReadAsync(options), progress, cancellationToken);
    }

    /// <summary>The same with files that are read for several runs.</summary>
    internal static async Task<MigrationReport> RunOnAsync(
        ConnectionSettings settings,
        MigrationOptions options,
        Task<MigrationInput> input,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var run = new MigrationRun(settings, options, input, progress);
        await using (run.ConfigureAwait(false))
            return await run.ExecuteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says what <see cref="RunAsync"/> would do, by the same plan and with the same refusals; rehearsed where asked for.</summary>
    internal static async Task<MigrationPlanReport> PlanAsync(
        ConnectionSettings settings,
        MigrationOptions options,
        bool rehearse,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var run = new MigrationRun(settings, options, MigrationInput.ReadAsync(options), progress);
        await using (run.ConfigureAwait(false))
            return await run.PlanOnlyAsync(rehearse, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lists the migrations of the folder and of the history with their states. Changes nothing.</summary>
    /// <param name="settings">The database.</param>
    /// <param name="options">The folder, the exclude patterns and the history table.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <returns>The migrations in order, those missing from the folder last, and how the folder was read.</returns>
    /// <exception cref="MuedException">Wrong usage or configuration, or no connection.</exception>
    public static Task<StatusReport> GetStatusAsync(
        ConnectionSettings settings,
        MigrationOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        return ListAsync(settings, options, MigrationInput.ReadFolder(options), cancellationToken);
    }

    /// <summary>Lists the migrations of the folder without a database: their states are unknown.</summary>
    /// <param name="options">The folder and the exclude patterns.</param>
    /// <returns>The migrations in order, and how the folder was read.</returns>
    /// <exception cref="MuedException">The folder cannot be read or followed.</exception>
    public static StatusReport GetStatusOffline(MigrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var folder = MigrationInput.ReadFolder(options);
        return Listed(folder, null, MigrationListing.Build(folder, options.HistoryTable)) with { PathReason = options.PathReason };
    }

    /// <summary>The same with a folder that is read for several databases.</summary>
    internal static async Task<StatusReport> ListAsync(
        ConnectionSettings settings,
        MigrationOptions options,
        MigrationFolder folder,
        CancellationToken cancellationToken
    )
    {
        var history = HistoryName.Of(settings.Schema, options.HistoryTable);
        var connection = await settings.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        try
        {
            var inspection = await DatabaseInspection
                .ReadAsync(connection, new(history), [], [], lockTimeout: null, cancellationToken)
                .ConfigureAwait(false);
            return Listed(folder, settings, MigrationListing.Build(folder, inspection.History, history, settings.Target)) with
            {
                PathReason = options.PathReason,
            };
        }
        catch (Exception e) when (e is NpgsqlException or IOException)
        {
            throw ConnectionFailure.From(e, settings, reconnect: true);
        }
    }

    private static StatusReport Listed(MigrationFolder folder, ConnectionSettings? settings, IReadOnlyList<MigrationInfo> migrations) =>
        new(settings?.Target, settings?.Source, folder.Path, migrations)
        {
            Layout = folder.Layout,
            LayoutReason = folder.LayoutReason,
            Ignored = folder.Ignored,
        };
}
