using System.Diagnostics;
using Mued.PsDb.Connections;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;
using Mued.PsDb.Phase2;
using Mued.PsDb.Runs;
using Mued.PsDb.Schema;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>
/// One run against one database: inspect, plan, send the pending migrations in batches, verify, report. After anything that
/// interrupts a batch and may pass, the history is read again and the rest planned anew; what was committed is thus never guessed.
/// </summary>
internal sealed class MigrationRun : IAsyncDisposable
{
    private static readonly TimeSpan LeasePoll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(1);

    private readonly Guid runId = Guid.NewGuid();
    private readonly ConnectionSettings settings;
    private readonly MigrationOptions options;
    private readonly IProgress<RunProgress>? progress;
    private readonly Task<MigrationInput> reading;
    private readonly HistoryTable history;
    private readonly RunObserver observer;
    private readonly RetryLadder connecting;
    private readonly Dictionary<string, MigrationTrack> tracks = new(StringComparer.Ordinal);
    private readonly DateTimeOffset startedAt = DateTimeOffset.UtcNow;
    private readonly long begun = Stopwatch.GetTimestamp();
    private readonly List<string> warnings = [];
    private NpgsqlConnection? connection;
    private SessionDefaults? session;
    private DatabaseInspection? inspection;
    private MigrationPlan? plan;
    private SchemaSnapshot? schema;
    private MigrationTrack? current;
    private long? waitingSince;
    private (string Migration, BatchStage Stage)? lostRace;
    private int applied;
    private int toApply;

    public MigrationRun(ConnectionSettings settings, MigrationOptions options, IProgress<RunProgress>? progress)
    {
        this.options = options;
        this.progress = progress;
        history = new(options.HistoryTable);
        this.settings = settings.WithApplicationName($"{settings.ApplicationName} {runId.ToString("N")[..8]}");
        connecting = NewLadder();
        observer = new(settings, this.settings.ApplicationName, options.LockTimeout, progress);
        reading = Task.Run(() => MigrationInput.Read(options));
        warnings.AddRange(settings.Warnings);
    }

    /// <summary>Applies, or rehearses, what is pending, verifies the result, and reports. What fails is on the report, not thrown.</summary>
    public async Task<MigrationReport> ExecuteAsync(CancellationToken cancellationToken)
    {
        plan = await ReadWhileConnecting.RunAsync(reading, ReplanAsync, cancellationToken).ConfigureAwait(false);
        if (plan.Items.Any(item => item.Action is not (PlanAction.Skip or PlanAction.Defer)))
            Preflight.Ensure(inspection!.Facts, settings.Target);
        VerificationSummary? verification = null;
        MuedError? error = null;
        try
        {
            if (options.DryRun)
            {
                await RetryAsync(
                        token => new Rehearsal(options, session!, runId).RunAsync(connection!, plan, tracks, token),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
            else
            {
                await RecordAsync(cancellationToken).ConfigureAwait(false);
                await ApplyAsync(cancellationToken).ConfigureAwait(false);
                verification = await VerifyAsync(cancellationToken).ConfigureAwait(false);
                if (!verification.Passed)
                    error = MuedError.From(
                        Texts.Error("VerificationFailed", ExitCode.CheckFailed, null, verification.Failed, verification.Checks)
                    );
            }
        }
        catch (MuedException e)
        {
            error = MuedError.From(e);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            await SettleAfterCancelAsync().ConfigureAwait(false);
            error = MuedError.From(Texts.Error("Cancelled", ExitCode.Cancelled, e));
        }

        return Report(verification, error);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await observer.DisposeAsync().ConfigureAwait(false);
        if (connection is not null)
            await connection.DisposeAsync().ConfigureAwait(false);
    }

    private MigrationReport Report(VerificationSummary? verification, MuedError? error)
    {
        var folder = reading.Result.Folder;
        var results = folder.Files.Select(file => tracks[file.Name].ToResult()).ToList();
        var changed =
            results.Exists(result => result.Status == MigrationStatus.Applied)
            || plan!.Items.Any(item => item.Action is PlanAction.Baseline or PlanAction.AcceptChange);
        var status =
            error is not null ? RunStatus.Failed
            : options.DryRun ? RunStatus.DryRun
            : changed ? RunStatus.Succeeded
            : RunStatus.NothingToDo;
        return new(status, settings.Target, settings.Source)
        {
            Path = folder.Path,
            ServerVersion = inspection!.Facts.Version,
            StartedAt = startedAt,
            Duration = Stopwatch.GetElapsedTime(begun),
            Migrations = results,
            Missing = plan!.Missing,
            Ignored = [.. folder.Ignored, .. folder.Rollbacks.Select(script => Path.GetFileName(script.Path))],
            Warnings = warnings,
            Verification = verification,
            Error = error,
        };
    }

    /// <summary>Reads history and facts, and plans.</summary>
    private async Task<MigrationPlan> ReplanAsync(CancellationToken cancellationToken)
    {
        inspection = await RetryAsync(
                async token =>
                {
                    var tables = (await reading.ConfigureAwait(false)).Phase2 ? Phase2Set.RequiredTables : [];
                    return await InspectAsync(tables, token).ConfigureAwait(false);
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        var next = MigrationPlan.Build(reading.Result.Folder, inspection.History, options);
        foreach (var item in next.Items)
            Settle(item);
        return next;
    }

    /// <summary>Reads history and facts; a history that somebody has locked is waited for like another runner.</summary>
    private async Task<DatabaseInspection> InspectAsync(IReadOnlyList<RequiredTable> tables, CancellationToken cancellationToken)
    {
        var name = history.Name.ToString();
        IReadOnlyList<Blocker> blockers = [];
        for (; ; )
        {
            observer.Watch(name);
            try
            {
                return await DatabaseInspection
                    .ReadAsync(connection!, history, tables, cancellationToken, options.LockTimeout)
                    .ConfigureAwait(false);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                // A look may come too late for one try; who was seen at an earlier one is the likeliest holder.
                blockers = observer.Unwatch() is { Count: > 0 } seen ? seen : blockers;
                WaitForOther(name, Describe(blockers), e);
            }
            finally
            {
                observer.Unwatch();
            }
        }
    }

    /// <summary>Runs work that leaves nothing behind, and again when it fails in a way that passes; connects first if need be.</summary>
    private async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        for (; ; )
        {
            await ConnectAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await work(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e)
                when (e is NpgsqlException or IOException or MuedException { ErrorId: not "WaitTimeout" }
                    && ConnectionFailure.IsTransient(e)
                )
            {
                var server = e as PostgresException ?? e.InnerException as PostgresException;
                if (connecting.NextDelay(server?.SqlState, e.Message, []) is not { } delay)
                    throw e as MuedException ?? ConnectionFailure.From(e, settings);
                progress?.Report(new(ProgressKind.Waiting, Texts.Get("Retrying", settings.Target, e.Message, delay.TotalSeconds)));
                await RollBackAsync(cancellationToken).ConfigureAwait(false);
                await Task.Delay(delay, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (connection is { FullState: System.Data.ConnectionState.Open })
            return;
        var again = connection is not null;
        if (connection is not null)
            await connection.DisposeAsync().ConfigureAwait(false);
        progress?.Report(new(ProgressKind.Step, Texts.Get("Connecting", settings.Target)));
        connection = await settings.OpenAsync(again, cancellationToken).ConfigureAwait(false);
        session = new(connection);
        connection.Notice += (_, e) => current?.Notices.Add(new(e.Notice.InvariantSeverity, e.Notice.SqlState, e.Notice.MessageText));
    }

    /// <summary>Brings what we believe of a migration in line with what the history says.</summary>
    private void Settle(PlanItem item)
    {
        if (!tracks.TryGetValue(item.File.Name, out var track))
        {
            track = tracks[item.File.Name] = new(item, NewLadder());
            if (item is { File.Excluded: false, History: { } seen } && MigrationPlan.CommentRemark(item.File, seen) is { } remark)
                track.Notices.Add(new("INFO", PostgresErrorCodes.SuccessfulCompletion, remark));
            if (!item.File.Excluded)
                track.Notices.AddRange(
                    item.File.Sql.Remarks.Select(text => new ServerNotice("INFO", PostgresErrorCodes.SuccessfulCompletion, text))
                );
            return;
        }

        var known = track.Item.History is { Applied: true };
        track.Item = item;
        if (track.Status != MigrationStatus.Pending || item.History is not { Applied: true } row)
            return;
        if (row.RunId == runId && row.Kind == HistoryTable.MigrationKind)
            Complete(track, row.FinishedAt!.Value - row.StartedAt);
        else if (item.Action == PlanAction.Skip)
            (track.Status, track.Reason) = (
                MigrationStatus.Skipped,
                known || row.Kind == HistoryTable.BaselineKind ? item.Reason : Texts.Get("SkippedByOther", row.Runner)
            );
    }

    /// <summary>
    /// The schema that the run must end with. The bundled expectation is that of the complete Phase 2 and counts only when all of it is
    /// applied; a file that the caller names always does.
    /// </summary>
    private SchemaSnapshot? ExpectedSchema()
    {
        var complete = Phase2Set.Migrations.All(name => plan!.Items.Any(item => item.File.Name == name && Verified(item)));
        return options.SchemaFile is not null || complete ? reading.Result.Expected : null;
    }

    private static bool Verified(PlanItem item) => !item.File.Excluded && item.Action != PlanAction.Defer;

    private async Task<SchemaSnapshot> ReadSchemaAsync(SchemaSnapshot expected, CancellationToken cancellationToken)
    {
        try
        {
            return await RetryAsync(token => SchemaReader.ReadAsync(connection!, SchemaQuery.For(expected), token), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (CatalogFailure.Covers(e) && !cancellationToken.IsCancellationRequested)
        {
            throw CatalogFailure.From(e, settings);
        }
    }

    /// <summary>One check a migration that the history must hold by now, and the schema against its expectation.</summary>
    private async Task<VerificationSummary> VerifyAsync(CancellationToken cancellationToken)
    {
        var checks = plan!
            .Items.Where(Verified)
            .Select(item => tracks[item.File.Name])
            .Select(track => new SchemaCheck(
                "migration",
                track.Item.File.Name,
                track.Status is MigrationStatus.Applied or MigrationStatus.Skipped ? CheckStatus.Passed : CheckStatus.Missing
            ))
            .ToList();
        var expectation = history.Name.ToString();
        if (ExpectedSchema() is { } expected)
        {
            progress?.Report(new(ProgressKind.Step, Texts.Get("Verifying")));
            expectation = options.SchemaFile ?? BundledSql.ExpectedSchema;
            schema ??= await ReadSchemaAsync(expected, cancellationToken).ConfigureAwait(false);
            checks.AddRange(SchemaComparer.Compare(expected, schema, strict: false));
        }

        var failures = checks.Where(check => check.Failed).ToList();
        return new(failures.Count == 0, checks.Count, failures.Count, failures, expectation) { Results = checks };
    }

    /// <summary>
    /// The report of a cancelled run tells what was committed before. The server has answered the cancel request, or else the
    /// connection is gone; then what is not known stays Pending, and the next run reads it from the history.
    /// </summary>
    private async Task SettleAfterCancelAsync()
    {
        if (connection is not { FullState: System.Data.ConnectionState.Open })
            return;
        using var limit = new CancellationTokenSource(FarewellTimeout);
        try
        {
            await RollBackAsync(limit.Token).ConfigureAwait(false);
            await ReplanAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or MuedException or NpgsqlException or IOException)
        {
            warnings.Add(Texts.Get("CancelledUnsettled"));
        }
    }

    private RetryLadder NewLadder() => new(options.MaxAttempts, options.RetryTime, TimeProvider.System);

    /// <summary>Writes what needs no run: baselines and accepted checksums, in one transaction.</summary>
    private async Task RecordAsync(CancellationToken cancellationToken)
    {
        for (; ; plan = await ReplanAsync(cancellationToken).ConfigureAwait(false))
        {
            var items = plan!.Items.Where(item => item.Action is PlanAction.Baseline or PlanAction.AcceptChange).ToList();
            if (items.Count == 0)
                return;
            foreach (var track in items.Select(item => tracks[item.File.Name]))
                (track.Status, track.Reason) = (MigrationStatus.Pending, null);
            if (await RecordAsync(items, cancellationToken).ConfigureAwait(false) is { } failure)
            {
                await RecoverAsync(failure, cancellationToken).ConfigureAwait(false);
                continue;
            }

            foreach (var item in items)
                (tracks[item.File.Name].Status, tracks[item.File.Name].Reason) = (MigrationStatus.Skipped, item.Reason);
            inspection = inspection! with { HistoryExists = true };
            return;
        }
    }

    /// <summary>Returns what may pass, or null when all is recorded.</summary>
    private async Task<BatchFailure?> RecordAsync(List<PlanItem> items, CancellationToken cancellationToken)
    {
        using var batch = new NpgsqlBatch(connection);
        var commands = new Dictionary<NpgsqlBatchCommand, PlanItem>();
        if (!inspection!.HistoryExists)
            history.AddCreate(batch);
        HistoryTable.Add(batch, "BEGIN");
        foreach (var item in items)
        {
            if (item is { Action: PlanAction.Baseline, History: { } interrupted })
                batch.BatchCommands.Add(history.GiveUp(interrupted));
            var command = item.Action == PlanAction.Baseline ? history.Baseline(item.File, runId) : history.AcceptChecksums(item.File);
            batch.BatchCommands.Add(command);
            commands[command] = item;
        }

        HistoryTable.Add(batch, "COMMIT");
        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (PostgresException e)
            when (e.SqlState
                    is PostgresErrorCodes.UniqueViolation
                        or PostgresErrorCodes.DuplicateTable
                        or PostgresErrorCodes.DuplicateObject
            )
        {
            return e.BatchCommand is NpgsqlBatchCommand command && commands.TryGetValue(command, out var item)
                ? new(e, BatchStage.Claim, item, null)
                : new(e, BatchStage.CreateHistory, items[0], null);
        }
        catch (PostgresException e) when (!ConnectionFailure.IsTransient(e))
        {
            throw Unwritable(e);
        }
        catch (Exception e) when (e is NpgsqlException or IOException)
        {
            return new(e, BatchStage.Unknown, items[0], null);
        }
    }

    private async Task ApplyAsync(CancellationToken cancellationToken)
    {
        for (; ; plan = await ReplanAsync(cancellationToken).ConfigureAwait(false))
        {
            var pending = plan!.Items.Where(item => item.Runs && tracks[item.File.Name].Status == MigrationStatus.Pending).ToList();
            toApply = applied + pending.Count;
            if (await RunAsync(pending, cancellationToken).ConfigureAwait(false) is not { } failure)
                return;
            await RecoverAsync(failure, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs the items in order. Returns what stopped it, or null when all are done.</summary>
    private async Task<BatchFailure?> RunAsync(List<PlanItem> pending, CancellationToken cancellationToken)
    {
        while (pending.Count > 0)
        {
            var count = Math.Max(1, MigrationBatch.Fit(pending));
            var items = pending.GetRange(0, count);
            var offset = Stopwatch.GetElapsedTime(begun);
            var (failure, blockers) = items[0].NonTransactional
                ? await RunStepwiseAsync(items[0], cancellationToken).ConfigureAwait(false)
                : await RunBatchAsync(items, last: count == pending.Count, cancellationToken).ConfigureAwait(false);
            Time(items, offset, failure);
            if (failure is not null)
            {
                foreach (var item in items.TakeWhile(item => item != failure.Item && failure.Stage != BatchStage.Unknown))
                    Complete(tracks[item.File.Name], tracks[item.File.Name].Duration);
                return failure with { Blockers = blockers };
            }

            foreach (var item in items)
                Complete(tracks[item.File.Name], tracks[item.File.Name].Duration);
            inspection = inspection! with { HistoryExists = true };
            pending.RemoveRange(0, count);
        }

        return null;
    }

    /// <summary>
    /// When each migration began follows from how long those before it took, for the server may send its answers all at once. What
    /// failed took the rest of the time.
    /// </summary>
    private void Time(List<PlanItem> items, TimeSpan offset, BatchFailure? failure)
    {
        foreach (var item in items)
        {
            var (track, failed) = (tracks[item.File.Name], item == failure?.Item);
            track.Offset = offset;
            if (item.NonTransactional || (failed && failure!.Stage is BatchStage.Statement or BatchStage.Finish or BatchStage.Commit))
                track.Duration = Stopwatch.GetElapsedTime(begun) - offset;
            if (failed)
                return;
            offset += track.Duration;
        }
    }

    private async Task<(BatchFailure? Failure, IReadOnlyList<Blocker> Blockers)> RunBatchAsync(
        List<PlanItem> items,
        bool last,
        CancellationToken cancellationToken
    )
    {
        current = tracks[items[0].File.Name];
        observer.Watch(items[0].File.Name, running: text => TellStatement(items, text));
        // The server's answers may come all at once at the end; until then the progress shows this, and what the observer sees.
        progress?.Report(
            new(
                ProgressKind.Step,
                Texts.Get(items.Count == 1 ? "Applying" : "ApplyingBatch", items[0].File.Name, items.Count - 1),
                items[0].File.Name,
                applied,
                toApply
            )
        );
        var batch = new MigrationBatch(history, options, session!, runId)
        {
            Advanced = Advance,
            Afterwards = last && ExpectedSchema() is { } expected ? SchemaQuery.For(expected) : null,
        };
        var failure = await batch.SendAsync(connection!, items, !inspection!.HistoryExists, cancellationToken).ConfigureAwait(false);
        schema = batch.Schema;
        return (failure, observer.Unwatch());
    }

    private void TellStatement(List<PlanItem> items, string text)
    {
        for (var i = 0; i < items.Count; i++)
        {
            var script = items[i].File.Sql;
            if (script.IndexOf(text) is { } index)
            {
                progress?.Report(
                    new(
                        ProgressKind.Migration,
                        Texts.Get("ApplyingStatement", items[i].File.Name, index + 1, script.Statements.Count),
                        items[i].File.Name,
                        applied + i,
                        toApply
                    )
                );
                return;
            }
        }
    }

    private async Task<(BatchFailure? Failure, IReadOnlyList<Blocker> Blockers)> RunStepwiseAsync(
        PlanItem item,
        CancellationToken cancellationToken
    )
    {
        var track = tracks[item.File.Name];
        Advance(item, null);
        var stepwise = new StepwiseRun(connection!, settings, history, options, session!, runId, observer, progress);
        var failure = await stepwise.RunAsync(item, inspection!.HistoryExists, track.Notices, cancellationToken).ConfigureAwait(false);
        return (failure, stepwise.Blockers);
    }

    private void Advance(PlanItem item, TimeSpan? finished)
    {
        current = tracks[item.File.Name];
        if (finished is { } duration)
        {
            current.Duration = duration;
            return;
        }

        progress?.Report(new(ProgressKind.Migration, Texts.Get("Applying", item.File.Name), item.File.Name, applied, toApply));
        for (var i = 0; i < item.File.Sql.Statements.Count; i++)
        {
            var statement = item.File.Sql.Statements[i];
            progress?.Report(
                new(
                    ProgressKind.Detail,
                    Texts.Get("StatementAt", item.File.Name, i + 1, item.File.Sql.Statements.Count, statement.Line, statement.Column),
                    item.File.Name
                )
            );
        }
    }

    private void Complete(MigrationTrack track, TimeSpan duration)
    {
        (track.Status, track.Duration) = (MigrationStatus.Applied, duration);
        applied++;
        waitingSince = null;
        progress?.Report(
            new(ProgressKind.Finished, Texts.Get("Applied", track.Item.File.Name, duration.TotalMilliseconds), track.Item.File.Name)
        );
    }

    /// <summary>After a failure: rolls back, and either waits for the next try or throws the error that ends the run.</summary>
    private async Task RecoverAsync(BatchFailure failure, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await RollBackAsync(cancellationToken).ConfigureAwait(false);
        var track = tracks[failure.Item.File.Name];
        var state = (failure.Cause as PostgresException)?.SqlState;

        // Whoever won a race shows in the history that is read next. Losing it twice means that something else is in the way.
        var race = (failure.Item.File.Name, failure.Stage);
        switch (failure.Stage, state)
        {
            case (BatchStage.Claim, PostgresErrorCodes.UniqueViolation) when failure.Item.History is { } row:
                WaitForOther(failure.Item.File.Name, row.Runner, failure.Cause);
                await Task.Delay(LeasePoll, cancellationToken).ConfigureAwait(false);
                return;
            case (
                BatchStage.CreateHistory,
                PostgresErrorCodes.UniqueViolation
                    or PostgresErrorCodes.DuplicateTable
                    or PostgresErrorCodes.DuplicateObject
            ) when lostRace != race:
            case (BatchStage.Claim, PostgresErrorCodes.UniqueViolation) when lostRace != race:
                lostRace = race;
                progress?.Report(new(ProgressKind.Step, Texts.Get("RaceLost", failure.Item.File.Name), failure.Item.File.Name));
                return;
            case (BatchStage.Claim, PostgresErrorCodes.LockNotAvailable):
                WaitForOther(failure.Item.File.Name, Describe(failure.Blockers), failure.Cause);
                return;
            case (BatchStage.Claim, null) when failure.Cause is LeaseHeldException held:
                WaitForOther(failure.Item.File.Name, held.Runner, held);
                await Task.Delay(LeasePoll, cancellationToken).ConfigureAwait(false);
                return;
        }

        if (!ConnectionFailure.IsTransient(failure.Cause))
        {
            if (failure.Stage is not (BatchStage.CreateHistory or BatchStage.Claim))
                track.Status = MigrationStatus.Failed;
            throw Final(failure);
        }

        var message = (failure.Cause as PostgresException)?.MessageText ?? failure.Cause.Message;
        if (track.Ladder.NextDelay(state, message, failure.Blockers) is not { } delay)
        {
            track.Status = MigrationStatus.Failed;
            throw Final(failure);
        }

        progress?.Report(
            new(ProgressKind.Waiting, Texts.Get("Retrying", failure.Item.File.Name, message, delay.TotalSeconds), failure.Item.File.Name)
        );
        await Task.Delay(delay, cancellationToken).ConfigureAwait(false);
    }

    private void WaitForOther(string name, string other, Exception cause)
    {
        waitingSince ??= Stopwatch.GetTimestamp();
        if (Stopwatch.GetElapsedTime(waitingSince.Value) > options.WaitTimeout)
            throw Texts.Error(
                "WaitTimeout",
                ExitCode.MigrationFailed,
                new ErrorPlace(TargetName: name),
                cause,
                name,
                options.WaitTimeout,
                other
            );
        progress?.Report(new(ProgressKind.Waiting, Texts.Get("WaitingForRunner", name, other), name));
    }

    private MuedException Final(BatchFailure failure) =>
        failure.Cause switch
        {
            MuedException e => e,
            PostgresException e when failure.Stage is BatchStage.CreateHistory or BatchStage.Claim && !ConnectionFailure.IsTransient(e) =>
                Unwritable(e),
            PostgresException e when failure.Stage == BatchStage.Finish && !ConnectionFailure.IsTransient(e) => Unwritable(
                e,
                failure.Item.File
            ),
            PostgresException e => StaysDone(
                failure,
                ServerError.From(e, failure.Item.File.Sql, failure.Statement, failure.Item.File.Name)
            ),
            _ => ConnectionFailure.From(failure.Cause, settings),
        };

    private MuedException Unwritable(PostgresException e, MigrationFile? file = null) =>
        file is null
            ? Texts.Error(
                "HistoryUnwritable",
                ExitCode.MigrationFailed,
                new ErrorPlace(SqlState: e.SqlState, TargetName: history.Name.ToString()),
                e,
                history.Name,
                e.MessageText
            )
            : Texts.Error(
                "HistoryUnwritableAfter",
                ExitCode.MigrationFailed,
                new ErrorPlace(file.Sql.File, SqlState: e.SqlState, TargetName: file.Name),
                e,
                file.Name,
                history.Name,
                e.MessageText
            );

    /// <summary>Where the general advice says that all was rolled back, a non-transactional migration needs another.</summary>
    private static MuedException StaysDone(BatchFailure failure, MuedException error) =>
        failure is { Item.NonTransactional: true, Statement: { } done } && error.ErrorId == "MigrationFailed"
            ? new(
                error.ErrorId,
                error.ExitCode,
                error.Message,
                Texts.Get("MigrationFailed.StepwiseAdvice", done, failure.Item.File.Sql.Statements.Count),
                error.InnerException
            )
            {
                File = error.File,
                Line = error.Line,
                Column = error.Column,
                SqlState = error.SqlState,
                TargetName = error.TargetName,
            }
            : error;

    /// <summary>Leaves a failed transaction; when that fails too, the connection goes, and with it the transaction.</summary>
    private async Task RollBackAsync(CancellationToken cancellationToken)
    {
        if (connection is not { FullState: System.Data.ConnectionState.Open })
            return;

        // "There is no transaction in progress" is no news for the report.
        current = null;
        try
        {
            using var batch = new NpgsqlBatch(connection) { BatchCommands = { new("ROLLBACK") } };
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or IOException)
        {
            await connection.CloseAsync().ConfigureAwait(false);
        }
    }

    private static string Describe(IReadOnlyList<Blocker> blockers) =>
        blockers.Count > 0
            ? string.Join(", ", blockers.Select(blocker => $"{blocker.ApplicationName} (pid {blocker.Pid})"))
            : Texts.Get("AnotherRunner");
}
