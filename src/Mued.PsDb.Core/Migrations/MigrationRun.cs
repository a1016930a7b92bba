using Mued.PsDb.Connections;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Importing;
using Mued.PsDb.Inspection;
using Mued.PsDb.Phase2;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>
/// One run against one database: plan by the history, make sure that it can begin, rehearse or record and apply, verify, report. After
/// anything that interrupts it and may pass, the history is read again and the rest planned anew; what was committed is thus never guessed.
/// </summary>
internal sealed class MigrationRun : IAsyncDisposable
{
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(1);

    private readonly MigrationOptions options;
    private readonly RunContext context;
    private readonly RunSession session;
    private readonly HistoryTable history;
    private readonly RunProgressBook book;
    private readonly RunRecovery recovery;
    private readonly RunInspector inspector;
    private readonly Task<MigrationInput> reading;
    private readonly List<string> warnings = [];
    private DatabaseInspection inspection = null!;
    private MigrationPlan plan = null!;
    private SchemaSnapshot? schema;
    private Rehearsal? rehearsal;
    private bool recorded;
    private ApprovedTables? approved;
    private string? outrun;

    public MigrationRun(
        ConnectionSettings settings,
        MigrationOptions options,
        Task<MigrationInput> reading,
        IProgress<RunProgress>? progress
    )
    {
        (this.options, this.reading) = (options, reading);
        history = new(HistoryName.Of(settings.Schema, options.HistoryTable));
        context = new(settings, options, progress);
        session = new(context);
        book = new(context, session);
        recovery = new(context, session, history, book, options.WaitTimeout);
        inspector = new(context, session, history, recovery, reading);
    }

    /// <summary>Applies, or rehearses, what is pending, verifies the result, and reports. What fails is on the report, not thrown.</summary>
    /// <exception cref="MuedException">Nothing was executed: wrong usage or configuration, or no connection.</exception>
    public async Task<MigrationReport> ExecuteAsync(CancellationToken cancellationToken)
    {
        VerificationSummary? verification = null;
        await BeginAsync(cancellationToken).ConfigureAwait(false);
        var error = await RunContext
            .ErrorOfAsync(
                async () =>
                {
                    if (options.DryRun)
                    {
                        await RehearseAsync(cancellationToken).ConfigureAwait(false);
                        return;
                    }

                    await RecordAsync(cancellationToken).ConfigureAwait(false);
                    await ApplyAsync(cancellationToken).ConfigureAwait(false);
                    verification = await VerifyAsync(cancellationToken).ConfigureAwait(false);
                    if (!verification.Passed)
                        throw Texts.Error("VerificationFailed", ExitCode.CheckFailed, null, verification.Failed, verification.Checks);
                },
                executed: true,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (error is { ExitCode: ExitCode.Cancelled })
            await SettleAsync().ConfigureAwait(false);
        return await ReportAsync(verification, error).ConfigureAwait(false);
    }

    /// <summary>Plans, makes sure that what is to be done can be, and says what it is.</summary>
    /// <param name="rehearse">Whether it is also rehearsed, to see what will be locked.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <exception cref="MuedException">What would stop the run before anything is executed.</exception>
    public async Task<MigrationPlanReport> PlanOnlyAsync(bool rehearse, CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken).ConfigureAwait(false);
        var error = rehearse
            ? await RunContext.ErrorOfAsync(() => RehearseAsync(cancellationToken), executed: true, cancellationToken).ConfigureAwait(false)
            : null;
        cancellationToken.ThrowIfCancellationRequested();
        var writer = new PlanWriter(options, reading.Result.Folder, plan, inspection.History);
        var report = await session
            .RetryAsync((open, token) => writer.WriteAsync(open, context.Settings, rehearsal?.Traces, token), cancellationToken)
            .ConfigureAwait(false);
        report = report with
        {
            Status = error is null ? report.Status : RunStatus.Failed,
            Migrations = [.. report.Migrations.Zip(book.Results(reading.Result.Folder), PlanWriter.WithRehearsal)],
            Findings = [.. (rehearsal?.Findings ?? []).OrderBy(finding => finding.Severity)],
            Traces = rehearsal?.Traces ?? [],
        };
        return await context
            .CompleteAsync(report, inspection.Facts.Version, error, [.. warnings, .. rehearsal?.Warnings ?? []])
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await session.DisposeAsync().ConfigureAwait(false);
        await context.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Plans, and stops before anything is executed where it must not be.</summary>
    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        await ReadWhileConnecting.RunAsync(reading, PlanAsync, cancellationToken).ConfigureAwait(false);
        EnsureOfTenant();
        EnsurePossible();
        if (inspection.HistoryFormat > 0 || options.Baseline is not null || !plan.Items.Any(item => item.Runs))
            return;
        var folder = reading.Result.Folder;
        await session
            .RetryAsync(
                async (open, token) =>
                {
                    await ForeignHistory
                        .RejectAsync(open, inspection, folder, (history, context.Settings.Schema), token)
                        .ConfigureAwait(false);
                    return true;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Refuses what a tenant cannot have, and warns of what its path does to what all share.</summary>
    private void EnsureOfTenant()
    {
        if (context.Settings.Schema is not { } tenant)
            return;
        if (reading.Result.Expected is not null)
            throw Texts.Usage("TenantExpectedSchema", context.Settings.Target);
        foreach (var file in plan.Items.Where(item => item.Runs).Select(item => item.File))
        {
            if (
                file.Sql.Text.HasWord("extension")
                && file.Sql.Statements.Any(statement => SqlCommand.InstallsByPath(file.Sql.TextOf(statement)))
            )
                warnings.Add(Texts.Get("TenantExtension", file.Name, tenant));
        }
    }

    /// <summary>Reads history and facts, and plans what is left to do.</summary>
    private async Task<MigrationPlan> PlanAsync(CancellationToken cancellationToken)
    {
        inspection = await inspector.ReadAsync(cancellationToken).ConfigureAwait(false);
        await EnsureApprovedAsync(cancellationToken).ConfigureAwait(false);
        plan = MigrationPlan.Build(reading.Result.Folder, inspection.History, options);
        book.Settle(plan);
        return plan;
    }

    /// <summary>Makes sure that the plan to which the run is held still holds: before anything is done, and where a table has changed since.</summary>
    private async Task EnsureApprovedAsync(CancellationToken cancellationToken)
    {
        if (approved is not null || options.Plan is not { } asked)
            return;
        var (approval, folder) = (new PlanApproval(asked), reading.Result.Folder);
        try
        {
            approved = await session
                .RetryAsync(
                    async (open, token) =>
                    {
                        var here = await DatabaseIdentity.ReadAsync(open, context.Settings, token).ConfigureAwait(false);
                        return await approval.EnsureAsync(open, here, folder, inspection.History, token).ConfigureAwait(false);
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (MuedException e) when (outrun is not null && e.ErrorId == ErrorIds.PlanOutdated)
        {
            throw Texts.Error("PlanOutdatedUnderLock", ExitCode.MigrationFailed, e, outrun, e.Message);
        }
    }

    /// <summary>Makes sure that what is to be done can be, before anything is.</summary>
    private void EnsurePossible()
    {
        if (plan.Items.Any(item => item.Action is not (PlanAction.Skip or PlanAction.Defer)))
            EnsurePossible(plan.Items.FirstOrDefault(item => item.Runs));
    }

    /// <summary>
    /// The same for what runs next. The base tables must be there when the migration that builds on them comes. In which schema migrations
    /// create is known of Phase 2 alone.
    /// </summary>
    private void EnsurePossible(PlanItem? next)
    {
        var facts = inspection.Facts;
        if (next is null || next.File != reading.Result.FirstOnBase)
            facts = facts with { Tables = [] };
        else if (!Phase2Set.NeedsBaseTables(next.File))
            facts = facts with { CanCreate = true };
        Preflight.Ensure(facts, context.Settings.Target);
    }

    /// <summary>The dry run: everything pending in one transaction that is rolled back.</summary>
    private Task<int> RehearseAsync(CancellationToken cancellationToken) =>
        session.RetryAsync(
            async (_, token) =>
            {
                rehearsal = new(context, session, book, options.Rehearsal);
                await rehearsal.RunAsync(plan, reading.Result.Folder, token).ConfigureAwait(false);
                return rehearsal.Findings.Count;
            },
            cancellationToken
        );

    /// <summary>Writes what needs no run: new names, baselines and accepted checksums.</summary>
    private async Task RecordAsync(CancellationToken cancellationToken)
    {
        var recorder = new HistoryRecorder(context, history);
        for (; ; await PlanAsync(cancellationToken).ConfigureAwait(false))
        {
            var items = plan.Items.Where(item => item.Records).ToList();
            if (items.Count == 0)
                return;
            items.ForEach(item => book.Recorded(item, done: false));
            var failure = await recorder.RecordAsync(session.Connection, items, Preparation(), cancellationToken).ConfigureAwait(false);
            if (failure is null)
            {
                recorded = true;
                items.ForEach(item => book.Recorded(item, done: item.Action != PlanAction.Rename || item.History!.Applied));
                inspection = inspection with { HistoryFormat = HistoryTable.Format };

                // What is to be done with it under its new name the history says.
                if (items.Exists(item => item.Action == PlanAction.Rename))
                    continue;
                return;
            }

            await recovery.AfterAsync(failure, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs what is pending; after a failure that passes, what is pending then.</summary>
    private async Task ApplyAsync(CancellationToken cancellationToken)
    {
        var undone = inspection.Undone ? new UndoneTable(history.Name) : null;
        for (; ; await PlanAsync(cancellationToken).ConfigureAwait(false))
        {
            var sender = new MigrationSender(context, session, history, book, options.Resume) { Undone = undone, Approved = approved };
            var pending = book.Pending(plan);
            if (pending.Count > 0)
                EnsurePossible(pending[0]);
            var part = pending.FindIndex(item => item.File == reading.Result.FirstOnBase) is > 0 and var first ? pending[..first] : pending;
            var last = part.Count == pending.Count;
            (var failure, schema) = await sender
                .SendAsync(part, Preparation(), last ? Check().Query : null, cancellationToken)
                .ConfigureAwait(false);
            if (failure is not null)
                await recovery.AfterAsync(failure, cancellationToken).ConfigureAwait(false);
            else if (last)
                return;
            if (failure is { Stage: BatchStage.Approve })
                (approved, outrun) = (null, failure.Item.File.Name);
        }
    }

    private HistoryPreparation Preparation()
    {
        if (inspection.HistoryFormat is > 0 and < HistoryTable.Format and var format)
            context.Tell(ProgressKind.Step, Texts.Get("HistoryUpgrading", history.Name, format, HistoryTable.Format));
        return HistoryPreparation.Of(inspection.HistoryFormat, history, context, session.Connection);
    }

    /// <summary>Checks the history, and the schema as it was read with the last batch or is read now.</summary>
    private Task<VerificationSummary> VerifyAsync(CancellationToken cancellationToken) =>
        Check().RunAsync(book, history, schema, cancellationToken);

    private FinalCheck Check() => new(context, session, reading.Result, options.SchemaFile, plan);

    /// <summary>
    /// The report of a cancelled run tells what was committed before. The server has answered the cancel request, or else the
    /// connection is gone; then what is not known stays Pending, and the next run reads it from the history.
    /// </summary>
    private async Task SettleAsync()
    {
        if (!session.IsOpen)
            return;
        using var limit = new CancellationTokenSource(FarewellTimeout);
        try
        {
            await session.RollBackAsync(limit.Token).ConfigureAwait(false);
            await PlanAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or MuedException or NpgsqlException or IOException)
        {
            warnings.Add(Texts.Get("CancelledUnsettled"));
        }
    }

    private Task<MigrationReport> ReportAsync(VerificationSummary? verification, MuedError? error)
    {
        var folder = reading.Result.Folder;
        var results = book.Results(folder);
        var changed = book.Applied > 0 || recorded || plan.Items.Any(item => item.Records);
        var status = RunReport.StatusOf(error, options.DryRun, changed);
        var report = new MigrationReport(status, context.Settings.Target, context.Settings.Source)
        {
            Path = folder.Path,
            PathReason = options.PathReason,
            HistoryTable = HistoryName.Of(context.Settings.Schema, options.HistoryTable),
            Migrations = results,
            Findings = [.. (rehearsal?.Findings ?? []).OrderBy(finding => finding.Severity)],
            Traces = rehearsal?.Traces ?? [],
            Missing = plan.Missing,
            Plan = options.Plan?.Checksum,
            Layout = folder.Layout,
            LayoutReason = folder.LayoutReason,
            Rollbacks = folder.RollbackFiles,
            Ignored = folder.Ignored,
            Verification = verification,
        };
        return context.CompleteAsync(report, inspection.Facts.Version, error, [.. warnings, .. rehearsal?.Warnings ?? []]);
    }
}
