using System.Diagnostics;
using Mued.PsDb.Connections;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>
/// A non-transactional migration: statement by statement, with a journal in the history and a lease that tells other runners that
/// somebody is at work. No transaction and no lock of ours is open while a statement runs, so CREATE INDEX CONCURRENTLY has nobody
/// to wait for but the application (PostgreSQL manual, CREATE INDEX, Building Indexes Concurrently).
/// </summary>
internal sealed class StepwiseRun(
    RunContext context,
    RunSession session,
    HistoryTable history,
    RunProgressBook book,
    NoticeLog notices,
    ResumeChoice? resume
)
{
    private static readonly TimeSpan RenewEvery = HistoryTable.Lease / 3;
    private static readonly TimeSpan LeaseMargin = HistoryTable.Lease * 0.8;
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(1);

    private readonly NpgsqlConnection connection = session.Connection;
    private bool limitsAreOurs;

    /// <summary>Who was seen in the way of the last statement.</summary>
    public IReadOnlyList<Blocker> Blockers { get; private set; } = [];

    /// <summary>Runs what is left of the migration. Returns what stopped it, or null when it is complete.</summary>
    public async Task<BatchFailure?> RunAsync(PlanItem item, HistoryPreparation preparation, CancellationToken cancellationToken)
    {
        if (await RefuseSharedAsync(item, cancellationToken).ConfigureAwait(false) is { } shared)
            return shared;
        var (refused, first, begun) = await ClaimAsync(item, preparation, cancellationToken).ConfigureAwait(false);
        if (refused is not null)
            return refused;
        if (begun > first)
        {
            (refused, first) = await SettleDoubtAsync(item, begun, cancellationToken).ConfigureAwait(false);
            if (refused is not null)
            {
                await GiveBackAsync(item).ConfigureAwait(false);
                return refused;
            }
        }

        var resumed = item.Action == PlanAction.Resume;
        var script = item.File.Sql;

        // What it goes on with may count on what was set before; where that is gone with the session, it can be set again.
        if (session.LeftBy != item.File.Name && await SetAgainAsync(item, first, cancellationToken).ConfigureAwait(false) is { } lost)
        {
            await GiveBackAsync(item).ConfigureAwait(false);
            return lost;
        }

        for (var i = first; i < script.Statements.Count; i++)
        {
            book.AtStatement([item], item, i);
            var failure = await StepAsync(item, i, resumed && i == first, cancellationToken).ConfigureAwait(false);
            if (failure is not null)
            {
                await GiveBackAsync(item).ConfigureAwait(false);
                return failure;
            }
        }

        var finish = history.FinishLeased(item.File, context.Id);
        return await TryAsync(item, BatchStage.Finish, null, [.. session.Defaults.Restore(script), finish], cancellationToken, finish)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Refuses a tenant's file behind a pooler: outside of a transaction it would find the path of whichever session the pooler gives it.
    /// </summary>
    private async Task<BatchFailure?> RefuseSharedAsync(PlanItem item, CancellationToken cancellationToken)
    {
        if (context.Settings.Schema is not { } tenant)
            return null;
        try
        {
            return await connection.ScalarAsync([ServerLimits.AskSession(connection)], cancellationToken).ConfigureAwait(false) is not null
                ? null
                : new(
                    Texts.Error(
                        "TenantSessionShared",
                        ExitCode.NoConnection,
                        new ErrorPlace(item.File.Sql.File, TargetName: item.File.Name),
                        null,
                        item.File.Name,
                        tenant
                    ),
                    BatchStage.Claim,
                    item,
                    null
                );
        }
        catch (Exception e) when (e is NpgsqlException or IOException or OperationCanceledException)
        {
            return new(e, BatchStage.Claim, item, null);
        }
    }

    /// <summary>
    /// A run was interrupted in a statement of which nobody can tell whether it is done. Returns the first statement to run; what was asked for
    /// when the run was planned may be about another one by now.
    /// </summary>
    private async Task<(BatchFailure? Failure, int First)> SettleDoubtAsync(PlanItem item, int begun, CancellationToken cancellationToken)
    {
        if (resume == ResumeChoice.Again)
            return (null, begun - 1);
        if (resume is null || item.History?.StatementBegun != begun)
            return (new(MigrationPlan.InDoubt(item.File, begun, HistoryTable.Runner), BatchStage.Claim, item, begun - 1), begun - 1);
        notices.Add(new("INFO", PostgresErrorCodes.SuccessfulCompletion, Texts.Get("StatementTakenAsDone", begun)));
        var journal = history.Journal(item.File, context.Id, begun);
        return (await TryAsync(item, BatchStage.Finish, begun - 1, [journal], cancellationToken, journal).ConfigureAwait(false), begun);
    }

    private async Task<BatchFailure?> SetAgainAsync(PlanItem item, int first, CancellationToken cancellationToken)
    {
        var script = item.File.Sql;
        var settings = script
            .Statements.Take(first)
            .Select(script.TextOf)
            .Where(SqlCommand.SetsForTheSession)
            .Select(BatchStep.Bare)
            .ToList();
        return settings.Count == 0 ? null : await TryAsync(item, BatchStage.Claim, null, settings, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(BatchFailure? Failure, int First, int Begun)> ClaimAsync(
        PlanItem item,
        HistoryPreparation preparation,
        CancellationToken cancellationToken
    )
    {
        if (
            preparation.Steps.Count > 0
            && await TryAsync(item, preparation.Stage, null, preparation.Steps, cancellationToken).ConfigureAwait(false) is { } failed
        )
            return (failed, 0, 0);

        try
        {
            var claim = item.Action switch
            {
                PlanAction.Resume => history.TakeOver(item.File, context.Id),
                PlanAction.Reapply or PlanAction.Restart => history.Reopen(item.File, item.History!, context.Id),
                _ => history.BeginLeased(item.File, context.Id),
            };
            List<(int First, int Begun)> done = [];
            limitsAreOurs = await connection
                .QueryAsync(
                    [
                        session.LeftBy == item.File.Name
                            ? ServerLimits.AskSession(connection)
                            : ServerLimits.LiftInSession(connection, context.Transaction.StatementTimeout),
                        claim,
                    ],
                    async reader =>
                    {
                        var ours = await reader.RowsAsync(row => row.GetString(0), cancellationToken).ConfigureAwait(false);
                        done = await reader
                            .RowsAsync(row => (row.GetInt32(0), row.FieldCount > 1 ? row.GetInt32(1) : 0), cancellationToken)
                            .ConfigureAwait(false);
                        return ours.Count > 0;
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
            return done is [var (first, begun)]
                ? (null, first, begun)
                : (new(new LeaseHeldException(item.History!.Runner), BatchStage.Claim, item, null), 0, 0);
        }
        catch (Exception e) when (e is NpgsqlException or IOException or OperationCanceledException)
        {
            return (new(e, BatchStage.Claim, item, null), 0, 0);
        }
    }

    private async Task<BatchFailure?> StepAsync(PlanItem item, int index, bool mayBeDone, CancellationToken cancellationToken)
    {
        var script = item.File.Sql;
        var statement = script.Statements[index];
        var text = script.TextOf(statement);
        var journal = history.Journal(item.File, context.Id, index + 1);
        if (statement.Mode == ScriptMode.Transactional)
        {
            // Statement and journal are one transaction: done exactly once, whatever happens. What waits for its COMMIT sees the file's
            // own settings, and not our guard.
            return await TryAsync(
                    item,
                    BatchStage.Statement,
                    index,
                    [
                        .. limitsAreOurs ? context.Transaction.BeginStep(connection) : context.Transaction.Begin(connection),
                        BatchStep.Unguarded(text),
                        BatchStep.Unguarded("SET CONSTRAINTS ALL IMMEDIATE"),
                        journal,
                        "COMMIT",
                    ],
                    cancellationToken,
                    journal
                )
                .ConfigureAwait(false);
        }

        if (script.TellsNothing(statement))
            return await CallAsync(item, index, text, journal, cancellationToken).ConfigureAwait(false);

        var built = false;
        if (statement.Index is { Operation: IndexOperation.Create } target)
        {
            var (failure, valid) = await ReconcileAsync(item, index, target, cancellationToken).ConfigureAwait(false);
            if (failure is not null)
                return failure;
            built = valid && mayBeDone;
        }

        if (
            !built
            && await TryAsync(item, BatchStage.Statement, index, [BatchStep.Bare(text)], cancellationToken).ConfigureAwait(false)
                is { } failed
        )
        {
            if (!mayBeDone || failed.Cause is not PostgresException { SqlState: var state } cause || !SqlStates.SaysDone(state))
                return failed;

            // The journal says that the statement was started; the server says that its work is there.
            notices.Add(new(cause.InvariantSeverity, state, Texts.Get("StatementWasDone", index + 1, cause.MessageText)));
        }

        return await TryAsync(item, BatchStage.Finish, index, [journal], cancellationToken, journal).ConfigureAwait(false);
    }

    /// <summary>Runs what may commit part of its work, between a note that it is begun and one that it is done.</summary>
    private async Task<BatchFailure?> CallAsync(
        PlanItem item,
        int index,
        string text,
        NpgsqlBatchCommand journal,
        CancellationToken cancellationToken
    )
    {
        var begin = history.Begin(item.File, context.Id, index + 1);
        if (await TryAsync(item, BatchStage.Claim, index, [begin], cancellationToken, begin).ConfigureAwait(false) is { } unnoted)
            return unnoted;
        var failed =
            await TryAsync(item, BatchStage.Statement, index, [BatchStep.Bare(text)], cancellationToken).ConfigureAwait(false)
            ?? await TryAsync(item, BatchStage.Finish, index, [journal], cancellationToken, journal).ConfigureAwait(false);

        // Whoever has the lease by now asks by itself.
        return failed is null or { Cause: LeaseHeldException } ? failed : failed with { InDoubt = resume != ResumeChoice.Again };
    }

    /// <summary>
    /// Removes a half-built index of the statement's name on its table, so that neither "already exists" nor IF NOT EXISTS hides it.
    /// Returns whether a valid one is there. A build that another session is at work on is left alone.
    /// </summary>
    private async Task<(BatchFailure? Failure, bool Valid)> ReconcileAsync(
        PlanItem item,
        int statement,
        ConcurrentIndex target,
        CancellationToken cancellationToken
    )
    {
        if (target.Name is null || target.Table is null)
            return (null, false);
        try
        {
            var state = await IndexState.ReadAsync(connection, target, cancellationToken).ConfigureAwait(false);
            if (state is { Building: true })
                return (new(new LeaseHeldException(Texts.Get("AnotherRunner")), BatchStage.Claim, item, statement), false);
            if (state is not { Valid: false })
                return (null, state is { Valid: true });

            context.Tell(ProgressKind.Warning, Texts.Get("RebuildingIndex", target.Name), item.File.Name);
            var failure = await TryAsync(
                    item,
                    BatchStage.Statement,
                    statement,
                    [BatchStep.Bare($"DROP INDEX CONCURRENTLY IF EXISTS {new ObjectName(state.Schema, target.Name)}")],
                    cancellationToken
                )
                .ConfigureAwait(false);
            return (failure, false);
        }
        catch (Exception e) when (e is NpgsqlException or IOException or OperationCanceledException)
        {
            return (new(e, BatchStage.Statement, item, statement), false);
        }
    }

    private async Task<BatchFailure?> TryAsync(
        PlanItem item,
        BatchStage stage,
        int? statement,
        IEnumerable<BatchStep> steps,
        CancellationToken cancellationToken,
        NpgsqlBatchCommand? own = null
    )
    {
        // Without a sign of life in time another runner may take over: then this one must stop.
        using var lease = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lease.CancelAfter(LeaseMargin);
        var renewed = Stopwatch.GetTimestamp();
        context.Observer.Watch(item.File.Name, RenewAsync);
        try
        {
            await connection.ExecuteAsync(steps, lease.Token).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return new(new LeaseHeldException(e.Message), BatchStage.Claim, item, statement);
        }
        catch (PostgresException e) when (own is not null && e.BatchCommand == own)
        {
            if (e.SqlState == HistoryTable.RowLost)
                return new(new LeaseHeldException(Texts.Get("AnotherRunner")), BatchStage.Claim, item, statement);
            return new(e, stage == BatchStage.Statement ? BatchStage.Finish : stage, item, statement);
        }
        catch (Exception e) when (e is NpgsqlException or IOException or OperationCanceledException)
        {
            return new(e, stage, item, statement);
        }
        finally
        {
            Blockers = context.Observer.Unwatch();
        }

        async Task RenewAsync(NpgsqlConnection side, CancellationToken token)
        {
            if (Stopwatch.GetElapsedTime(renewed) < RenewEvery)
                return;
            if (await side.ScalarAsync([history.Renew(item.File.Name, context.Id)], token).ConfigureAwait(false) is null)
                return;
            renewed = Stopwatch.GetTimestamp();
            lease.CancelAfter(LeaseMargin);
        }
    }

    /// <summary>
    /// After a failure or a cancellation: gives the lease back, so that the next run need not wait for it to run out. Best effort on
    /// a connection of its own, because the run's may be broken; the lease runs out by itself otherwise.
    /// </summary>
    private async Task GiveBackAsync(PlanItem item)
    {
        using var timeout = new CancellationTokenSource(FarewellTimeout);
        try
        {
            var side = await context.Settings.OpenAsync(timeout.Token).ConfigureAwait(false);
            await using (side.ConfigureAwait(false))
                await side.ExecuteAsync([history.Release(item.File.Name, context.Id)], timeout.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or IOException or OperationCanceledException or MuedException)
        {
            context.Tell(ProgressKind.Detail, Texts.Get("LeaseKept", item.File.Name, HistoryTable.Lease.TotalSeconds), item.File.Name);
        }
    }
}
