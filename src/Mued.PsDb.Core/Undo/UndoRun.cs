using Mued.PsDb.Backups;
using Mued.PsDb.Connections;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Runs;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>One undo of one database: as many tries as it takes, of which the last one is reported.</summary>
internal sealed class UndoRun : IAsyncDisposable
{
    private readonly UndoRequest request;
    private readonly RunContext context;
    private readonly TransactionRunner runner;
    private readonly SequenceWatch sequences = new();
    private UndoTry? last;

    /// <param name="settings">The database.</param>
    /// <param name="options">What to do.</param>
    /// <param name="confirmed">The plan that a person has agreed to; null when nobody was asked.</param>
    /// <param name="progress">Told each step.</param>
    public UndoRun(ConnectionSettings settings, UndoOptions options, UndoPlan? confirmed, IProgress<RunProgress>? progress)
    {
        if (options is { NoBackup: true, BackupPath: not null })
            throw Texts.Usage("BackupContradiction");
        var folder = MigrationFolder.Read(options.Path, options.Exclude, allowDuplicateVersion: true, options.Layout, options.Variables);
        request = new(options, folder, new(HistoryName.Of(settings.Schema, options.HistoryTable)), confirmed);
        context = new(settings, options, progress);
        runner = new(context, "UndoFailed");
    }

    private UndoAttempt Found => last?.Found ?? UndoAttempt.None;

    /// <summary>What the undo would do.</summary>
    public async Task<UndoPlan> PlanAsync(CancellationToken cancellationToken)
    {
        if (request.NamedBackup is { } path)
            BackupFolder.CheckFree(path);
        try
        {
            await TryAsync(rehearse: true, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // There is no plan to say it.
            foreach (var warning in sequences.Warnings)
                context.Tell(ProgressKind.Warning, warning);
            throw;
        }

        var copied = last is { BackupWanted: true } planned ? planned.BackupPath : null;
        return new(context.Settings.Target, [.. Found.Units.Select(unit => unit.ToUnit(UndoStatus.Pending))])
        {
            Tables = Found.Loss.Tables(Found.Rows),
            Columns = Found.Loss.Columns(Found.Rows),
            Changes = Found.Changes,
            Sequences = [.. Found.Loss.Sequences.Select(sequence => sequence.ToLost())],
            LargeObjects = Found.Loss.LargeObjects,
            Objects = Found.Loss.Schema.Objects,
            Dependents = Found.Loss.Dependents,
            BackupPath = copied,
            Expected = Found.Expected,
            Warnings = [.. context.Settings.Warnings, .. Found.Warnings, .. sequences.Warnings],
        };
    }

    /// <summary>Takes the migrations back, or rehearses that, and reports. An undo that fails is on the report, not thrown.</summary>
    public async Task<UndoReport> ExecuteAsync(CancellationToken cancellationToken)
    {
        var dryRun = request.Options.DryRun;
        var error = await RunContext
            .ErrorOfAsync(
                () =>
                {
                    if (request.NamedBackup is { } path && !dryRun)
                        BackupFolder.Probe(path);
                    return TryAsync(dryRun, cancellationToken);
                },
                executed: false,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (Found.Unknown is { } unknown)
            error ??= MuedError.From(unknown);
        var status =
            Found.Unknown is not null ? UndoStatus.Unknown
            : error is not null ? UndoStatus.Failed
            : Found.Committed ? UndoStatus.Undone
            : UndoStatus.Pending;
        var any = Found.Units.Count > 0;
        var outcome = RunReport.StatusOf(error, rehearsed: any && dryRun, changed: any);
        var report = new UndoReport(outcome, context.Settings.Target, context.Settings.Source)
        {
            Path = request.Folder.Path,
            PathReason = request.Options.PathReason,
            Layout = request.Folder.Layout,
            LayoutReason = request.Folder.LayoutReason,
            Units = [.. Found.Units.Select((unit, i) => unit.ToUnit(status, Found.Durations.ElementAtOrDefault(i)))],
            Tables = Found.Loss.Tables(Found.Rows),
            Columns = Found.Loss.Columns(Found.Rows),
            Changes = Found.Changes,
            Sequences = [.. Found.Loss.Sequences.Select(sequence => sequence.ToLost())],
            LargeObjects = Found.Loss.LargeObjects,
            Objects = Found.Loss.Schema.Objects,
            Dependents = Found.Loss.Dependents,
            Backup = Found.Backup,
            Expected = Found.Expected,
            Attempts = runner.Attempts,
            Notices = runner.Notices,
        };
        return await context
            .CompleteAsync(report, runner.ServerVersion, error, [.. Found.Warnings, .. sequences.Warnings])
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await runner.DisposeAsync().ConfigureAwait(false);
        await context.DisposeAsync().ConfigureAwait(false);
    }

    private async Task TryAsync(bool rehearse, CancellationToken cancellationToken)
    {
        try
        {
            await runner
                .RunAsync(
                    "undo",
                    async (session, token) =>
                    {
                        last = new(context, session, request, sequences);
                        await (rehearse ? last.RehearseAsync(token) : last.UndoAsync(token)).ConfigureAwait(false);
                        return last.Found;
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (Exception e) when (sequences.Unseen && e is not MuedException { ErrorId: ErrorIds.UndoSequencesBack })
        {
            await SettleAsync().ConfigureAwait(false);
            throw;
        }
    }

    // The session of the last try is gone, and nobody has looked what its scripts did to sequences.
    private async Task SettleAsync()
    {
        try
        {
            var connection = await context
                .Settings.OpenAsync(reconnect: true, retrying: null, CancellationToken.None)
                .ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
                await sequences
                    .SettleAsync(connection, context.Transaction.BeginReadCommitted(connection), CancellationToken.None)
                    .ConfigureAwait(false);
        }
        catch (MuedException e) when (e.ErrorId == ErrorIds.UndoSequencesBack)
        {
            sequences.Warn($"{e.Message} {e.Advice}");
        }
        catch (Exception e) when (e is NpgsqlException or IOException or MuedException)
        {
            sequences.Warn(Texts.Get("UndoSequencesUnseen", context.Settings.Redactor.Redact(ConnectionFailure.ReasonOf(e))));
        }
    }
}
