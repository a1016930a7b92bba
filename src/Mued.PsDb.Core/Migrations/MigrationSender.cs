using Mued.PsDb.Inspection;
using Mued.PsDb.Runs;
using Mued.PsDb.Schema;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>Runs migrations in order: the transactional ones in as few batches as hold them, the others step by step.</summary>
internal sealed class MigrationSender(
    RunContext context,
    RunSession session,
    HistoryTable history,
    RunProgressBook book,
    ResumeChoice? resume
)
{
    /// <inheritdoc cref="MigrationBatch.Undone"/>
    public UndoneTable? Undone { get; init; }

    /// <inheritdoc cref="MigrationBatch.Approved"/>
    public ApprovedTables? Approved { get; init; }

    /// <summary>Runs the items.</summary>
    /// <param name="items">What to run, in order.</param>
    /// <param name="preparation">What must be done to the history table first.</param>
    /// <param name="afterwards">What to read from the catalogs together with the last batch; null for nothing.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>What stopped it, or null when all are done; and what was read, where it was.</returns>
    public async Task<(BatchFailure? Failure, SchemaSnapshot? Schema)> SendAsync(
        List<PlanItem> items,
        HistoryPreparation preparation,
        SchemaQuery? afterwards,
        CancellationToken cancellationToken
    )
    {
        SchemaSnapshot? schema = null;
        for (var done = 0; done < items.Count; preparation = HistoryPreparation.None)
        {
            var part = items.GetRange(done, Count(items, done, preparation));
            done += part.Count;
            var offset = context.Elapsed;
            (var failure, schema) = part[0].NonTransactional
                ? (await RunStepwiseAsync(part[0], preparation, cancellationToken).ConfigureAwait(false), null)
                : await RunBatchAsync(part, preparation, done == items.Count ? afterwards : null, cancellationToken).ConfigureAwait(false);
            if (failure is not null)
                failure = await JudgedAsync(failure).ConfigureAwait(false);
            book.Ended(part, offset, failure);
            if (failure is not null)
                return (failure, null);
        }

        return (null, schema);
    }

    private async Task<BatchFailure> JudgedAsync(BatchFailure failure)
    {
        if (failure.Cause is not NpgsqlException)
            return failure;
        var error = MigrationFailure.From(failure, history, context.Settings);
        var judged = await context.Observer.JudgeAsync(error).ConfigureAwait(false);
        return judged == error ? failure : failure with { Cause = judged };
    }

    private async Task<(BatchFailure? Failure, SchemaSnapshot? Schema)> RunBatchAsync(
        List<PlanItem> items,
        HistoryPreparation preparation,
        SchemaQuery? afterwards,
        CancellationToken cancellationToken
    )
    {
        var batch = new MigrationBatch(context, session, history, book)
        {
            Afterwards = afterwards,
            Undone = Undone,
            Approved = Approved,
        };
        context.Observer.Watch(items[0].File.Name, running: statement => book.AtWork(items, statement));
        book.Sending(items);
        var failure = await batch.SendAsync(items, preparation, cancellationToken).ConfigureAwait(false);
        var blockers = context.Observer.Unwatch();
        return (failure is null ? null : failure with { Blockers = blockers, Prepared = session.IsPrepared }, batch.Schema);
    }

    // What is prepared looks for the history, so that must be there before a large batch.
    private int Count(List<PlanItem> items, int first, HistoryPreparation preparation)
    {
        var count = MigrationBatch.Fit(items, first);
        return preparation.Steps.Count > 0 && MigrationBatch.IsWorthPreparing(count) && session.MayPrepare ? 1 : count;
    }

    private async Task<BatchFailure?> RunStepwiseAsync(PlanItem item, HistoryPreparation preparation, CancellationToken cancellationToken)
    {
        // It may make the server forget what is prepared, and then not be done again as a whole.
        if (session.IsPrepared)
        {
            await session.CloseAsync().ConfigureAwait(false);
            await session.OpenAsync(cancellationToken).ConfigureAwait(false);
        }

        book.Started(item);
        var stepwise = new StepwiseRun(context, session, history, book, book[item].Notices, resume);
        var failure = await stepwise.RunAsync(item, preparation, cancellationToken).ConfigureAwait(false);
        return failure is null ? null : failure with { Blockers = stepwise.Blockers };
    }
}
