using System.Diagnostics;
using Mued.PsDb.Inspection;
using Mued.PsDb.Runs;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>
/// Some transactional migrations in one pipelined batch, each in a transaction of its own:
/// <c>BEGIN; claim; statements; restore the session; finish; COMMIT</c>. The server skips everything behind an error up to the end of the batch
/// (PostgreSQL manual, Extended Query, Pipelining), so what stands before the failing migration is committed and what stands
/// behind it never started.
/// </summary>
internal sealed class MigrationBatch(RunContext context, RunSession session, HistoryTable history, RunProgressBook book)
{
    // What our own statements of one migration cost on the wire, so that ten thousand tiny files do not make one huge batch.
    private const int OverheadPerMigration = 512;
    private const int SizeLimit = 1 << 20;

    // From how many migrations on the server is asked to keep in parsed form what all of them need: a file of one INSERT then costs it less
    // than half, and three round trips more.
    private const int WorthPreparing = 500;

    // A migration's own SELECT must not be taken for ours.
    private readonly string startMarker = $"mued_started_{context.Id:N}";
    private readonly string finishMarker = $"mued_finished_{context.Id:N}";
    private readonly List<Slot> slots = [];
    private DateTime started;
    private int committed;

    /// <summary>What is read from the catalogs in the same round trip, when all items are committed; null for nothing.</summary>
    public SchemaQuery? Afterwards { get; init; }

    /// <summary>Where is noted what migrations make that run again; null where nothing was undone.</summary>
    public UndoneTable? Undone { get; init; }

    /// <summary>The tables as they were approved; null where the run is held to no plan.</summary>
    public ApprovedTables? Approved { get; init; }

    /// <summary>
    /// What was read; null where nothing was asked for, or the role may not read it: then the caller asks again and is told why.
    /// </summary>
    public SchemaSnapshot? Schema { get; private set; }

    /// <summary>How many of the items from this one on fit into one batch; one that cannot be in a batch is alone.</summary>
    public static int Fit(IReadOnlyList<PlanItem> items, int first)
    {
        var (next, size) = (first, 0L);
        while (next < items.Count && !items[next].NonTransactional)
        {
            size += items[next].File.Sql.Text.Length + OverheadPerMigration;
            if (next > first && size > SizeLimit)
                break;
            next++;
        }

        return Math.Max(1, next - first);
    }

    /// <summary>
    /// Whether it pays that the server has in parsed form what each of so many migrations needs; for that the history table must be there.
    /// </summary>
    public static bool IsWorthPreparing(int items) => items >= WorthPreparing;

    /// <summary>Sends the items and reads the answers. Returns null when all are committed.</summary>
    public async Task<BatchFailure?> SendAsync(
        IReadOnlyList<PlanItem> items,
        HistoryPreparation preparation,
        CancellationToken cancellationToken
    )
    {
        var batch = session.Connection.Batch();
        try
        {
            if (IsWorthPreparing(items.Count) && session.MayPrepare)
                await session.PrepareAsync(StepsBeside(items[0]), cancellationToken).ConfigureAwait(false);
            var size = 0;
            foreach (var (step, slot) in Steps(items, preparation))
            {
                // What the guard adds before a step stands or falls with it.
                batch.Add(step);
                while (slots.Count < batch.Count)
                    slots.Add(slots.Count == batch.Count - 1 ? slot : slot with { Statement = null });

                // A large file goes in several flights, all in its one transaction, so that the memory holds only its text and one of them.
                if (slot.Statement is null || (size += step.Command.CommandText.Length + OverheadPerMigration) < SizeLimit)
                    continue;
                await ReadAsync(batch, items, cancellationToken).ConfigureAwait(false);
                batch.Dispose();
                (batch, size) = (session.Connection.Batch(), 0);
                slots.Clear();
            }

            Afterwards?.AddTo(batch);
            await ReadAsync(batch, items, cancellationToken).ConfigureAwait(false);
            Debug.Assert(committed == items.Count, "Every migration answers with its finish marker.");
            return null;
        }
        catch (PostgresException e) when (e.BatchCommand is NpgsqlBatchCommand command && batch.IndexOf(command) is >= 0 and var failed)
        {
            if (failed >= slots.Count)
                return null;
            var slot = slots[failed];
            return new(e, slot.Stage, slot.Item, slot.Statement);
        }
        catch (Exception e) when (e is NpgsqlException or IOException or OperationCanceledException)
        {
            return new(e, BatchStage.Unknown, items[Math.Min(committed, items.Count - 1)], null);
        }
        finally
        {
            batch.Dispose();
        }
    }

    private async Task ReadAsync(SqlBatch batch, IReadOnlyList<PlanItem> items, CancellationToken cancellationToken)
    {
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = reader.ConfigureAwait(false);
        do
        {
            if (SqlBatch.IsGuard(reader))
                continue;
            if (committed == items.Count)
            {
                Schema = await Afterwards!.ReadAsync(reader, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (reader.FieldCount != 1)
                continue;
            var column = reader.GetName(0);
            if (column == startMarker)
            {
                // A row that something swallowed makes the end of the migration fail.
                if (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    started = reader.GetDateTime(0);
                book.Started(items[committed]);
            }
            else if (column == finishMarker)
            {
                await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                book.Finished(items[committed++], reader.GetDateTime(0) - started);
            }
        } while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));
    }

    private IEnumerable<(BatchStep Step, Slot Slot)> Steps(IReadOnlyList<PlanItem> items, HistoryPreparation preparation)
    {
        foreach (var step in preparation.Steps)
            yield return (step, new(items[0], preparation.Stage));

        foreach (var item in items)
        {
            var script = item.File.Sql;
            var hold = (Approved?.Hold(item) ?? []).Select(step => (step, new Slot(item, BatchStage.Approve)));
            foreach (var step in context.Transaction.Begin(session.Connection, script.TransactionModes))
                yield return (step, new(item, BatchStage.Claim));

            // A snapshot that is kept must be taken behind the locks (PostgreSQL manual, LOCK); else other runners wait at the claim.
            if (script.TransactionModes is not null)
            {
                foreach (var step in hold)
                    yield return step;
            }

            if (item.Action == PlanAction.Restart)
                yield return (history.GiveUp(item.History!), new(item, BatchStage.Claim));

            // Where nothing is looked up by name, claim and finish do without the guard, which would cost more than they do.
            yield return (
                item.Action == PlanAction.Reapply
                    ? history.Reclaim(item.File, context.Id, startMarker)
                    : BatchStep.Unguarded(history.Claim(item.File, context.Id, startMarker)),
                new(item, BatchStage.Claim)
            );
            if (script.TransactionModes is null)
            {
                foreach (var step in hold)
                    yield return step;
            }

            if (Undone is not null)
                yield return (Undone.Begin(item.File.Name), new(item, BatchStage.Claim));
            for (var i = 0; i < script.Statements.Count; i++)
                yield return (BatchStep.Unguarded(script.TextOf(script.Statements[i])), new(item, BatchStage.Statement, i));

            // Deferred constraints and triggers must still see the migration's own settings and timeouts, as they would at its COMMIT.
            yield return (BatchStep.Unguarded("SET CONSTRAINTS ALL IMMEDIATE"), new(item, BatchStage.Commit));
            foreach (var step in session.Defaults.Restore(script))
                yield return (step, new(item, BatchStage.Commit));
            foreach (var step in Approved?.Note(item, history) ?? [])
                yield return (step, new(item, BatchStage.Finish));
            if (Undone is not null)
                yield return (Undone.End(item.File.Name), new(item, BatchStage.Finish));
            yield return (BatchStep.Unguarded(history.Finish(item.File, finishMarker)), new(item, BatchStage.Finish));
            yield return ("COMMIT", new(item, BatchStage.Commit));
        }
    }

    private IEnumerable<BatchStep> StepsBeside(PlanItem item) =>
        Steps([item], HistoryPreparation.None)
            .Where(each => each.Slot is { Statement: null, Stage: not BatchStage.Approve })
            .Select(each => each.Step);

    private readonly record struct Slot(PlanItem Item, BatchStage Stage, int? Statement = null);
}
