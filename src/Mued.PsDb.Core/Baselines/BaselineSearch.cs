using Mued.PsDb.Baselines;
using Mued.PsDb.Connections;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Importing;
using Mued.PsDb.Inspection;
using Mued.PsDb.Migrations;
using Mued.PsDb.Schema;
using Npgsql;

namespace Mued.PsDb;

/// <summary>
/// Finds how much of a folder a database without any history has: it applies the folder in a sandbox, file by file, and holds the schema
/// after each against that of the database. Owners, privileges and rows are not compared.
/// </summary>
public static class BaselineSearch
{
    /// <summary>The <see cref="MigrationOptions.Baseline"/> that is to be found.</summary>
    public const string Auto = "Auto";

    /// <summary>Whether the options leave it to this search.</summary>
    /// <param name="options">What a migration is asked.</param>
    /// <returns>Whether the baseline is <see cref="Auto"/>, in any case.</returns>
    public static bool IsAskedFor(MigrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Auto.Equals(options.Baseline, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Finds the baseline. The database is only read.</summary>
    /// <param name="settings">The database.</param>
    /// <param name="options">The folder and the history table.</param>
    /// <param name="progress">Told each step; called on any thread.</param>
    /// <param name="cancellationToken">Cancels; the sandbox is thrown away all the same.</param>
    /// <returns>The only place in the folder whose schema the database has.</returns>
    /// <exception cref="MuedException">There is a history, no place or more than one place fits, the folder does not run in a sandbox, or
    /// there is no sandbox or connection (exit codes 2 and 3).</exception>
    public static async Task<BaselineFinding> FindAsync(
        ConnectionSettings settings,
        MigrationOptions options,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        if (settings.Schema is not null)
            throw Texts.Usage("TenantUnsupported", settings.Target, "-Baseline Auto");
        var folder = MigrationInput.ReadFolder(options);
        var excluded = HistoryName.Tables(options.HistoryTable);
        progress?.Report(new(ProgressKind.Step, Texts.Get("Schema.Step.Read", settings.Target)));
        var connection = await settings.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        await RejectHistoryAsync(connection, options, folder, cancellationToken).ConfigureAwait(false);
        try
        {
            var target = await StageBuilder.ReadAsync(connection, excluded, cancellationToken).ConfigureAwait(false);
            var comparer = await MakeStagesAsync(
                    folder,
                    (connection.PostgreSqlVersion.Major, excluded, target),
                    progress,
                    cancellationToken
                )
                .ConfigureAwait(false);
            progress?.Report(new(ProgressKind.Step, Texts.Get("Compare.Step.Compare", settings.Target)));
            return BaselineChoice.Of(settings.Target, await comparer.RunAsync(connection, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (CatalogFailure.Covers(e) && !cancellationToken.IsCancellationRequested)
        {
            throw CatalogFailure.From(e, settings);
        }
    }

    /// <summary>Finds the baseline, asks, and migrates from there.</summary>
    /// <param name="settings">The database.</param>
    /// <param name="options">What to do.</param>
    /// <param name="confirm">Asks whether the finding is to be recorded; null goes on without asking, as does a dry run.</param>
    /// <param name="progress">Told each step; called on any thread.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>The report of the run; null when the answer was no.</returns>
    /// <exception cref="MuedException">What <see cref="FindAsync"/> and <see cref="MigrationRunner.RunAsync"/> throw.</exception>
    public static async Task<MigrationReport?> RunAsync(
        ConnectionSettings settings,
        MigrationOptions options,
        Func<BaselineFinding, CancellationToken, Task<bool>>? confirm,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var finding = await FindAsync(settings, options, progress, cancellationToken).ConfigureAwait(false);
        if (confirm is not null && !options.DryRun && !await confirm(finding, cancellationToken).ConfigureAwait(false))
            return null;
        var report = await MigrationRunner
            .RunAsync(settings, options with { Baseline = finding.Migration }, progress, cancellationToken)
            .ConfigureAwait(false);
        return report with { Baseline = finding };
    }

    private static async Task RejectHistoryAsync(
        NpgsqlConnection connection,
        MigrationOptions options,
        MigrationFolder folder,
        CancellationToken cancellationToken
    )
    {
        var history = new HistoryTable(options.HistoryTable);
        var inspection = await DatabaseInspection
            .ReadAsync(connection, history, [], HistoryTools.Tables, options.LockTimeout, cancellationToken)
            .ConfigureAwait(false);
        if (inspection.History.Count > 0)
            throw Texts.Usage("BaselineHistory", history.Name, inspection.History.Count);
        await ForeignHistory.RejectAsync(connection, inspection, folder, (history, null), cancellationToken).ConfigureAwait(false);
    }

    private static async Task<StageComparer> MakeStagesAsync(
        MigrationFolder folder,
        (int Major, IReadOnlyList<string> Excluded, SchemaSnapshot Schema) target,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        progress?.Report(new(ProgressKind.Step, Texts.Get("Test.Step.Sandbox")));
        var server = await SandboxServer.StartAsync(new() { Major = target.Major }, cancellationToken).ConfigureAwait(false);
        await using var _ = server.ConfigureAwait(false);
        var sandbox = await SandboxDatabase.CopyAsync(server, "baseline", "template1", cancellationToken).ConfigureAwait(false);
        var connection = await sandbox.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = connection.ConfigureAwait(false);
        var builder = new StageBuilder(connection, target.Excluded, progress);
        var files = folder.Files.Where(file => file is { Excluded: false, Repeatable: false }).ToList();
        var stages = await builder.MakeAsync(files, cancellationToken).ConfigureAwait(false);
        return new(stages, builder.Ground, target.Schema);
    }
}
