using System.Diagnostics;
using Mued.PsDb.Inspection;
using Mued.PsDb.Runs;
using Mued.PsDb.Schema;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>
/// Some transactional migrations in one pipelined batch, each in a transaction of its own:
/// <c>BEGIN; claim; statements; restore the session; finish; COMMIT</c>. The server skips everything behind an error up to the end of the batch
/// (PostgreSQL manual, Extended Query, Pipelining), so what stands before the failing migration is committed and what stands
/// behind it never started.
/// </summary>
internal sealed class MigrationBatch
{
    // What our own statements of one migration cost on the wire, so that ten thousand tiny files do not make one huge batch.
    private const int OverheadPerMigration = 512;
    private const int SizeLimit = 1 << 20;

    private readonly HistoryTable history;
    private readonly string[] timeouts;
    private readonly SessionDefaults session;
    private readonly Guid runId;
    private readonly string startMarker;
    private readonly string finishMarker;
    private readonly List<Slot> slots = [];

    public MigrationBatch(HistoryTable history, MigrationOptions options, SessionDefaults session, Guid runId)
    {
        (this.history, this.session) = (history, session);
        timeouts = TransactionTimeouts.Sql(options.LockTimeout, options.StatementTimeout);
        this.runId = runId;

        // A migration's own SELECT must not be taken for ours.
        startMarker = $"mued_started_{runId:N}";
        finishMarker = $"mued_finished_{runId:N}";
    }

    /// <summary>Told as results stream in: the item, how long it took once it is finished, and null when it has just started.</summary>
    public Action<PlanItem, TimeSpan?>? Advanced { get; init; }

    /// <summary>What is read from the catalogs in the same round trip, when all items are committed; null for nothing.</summary>
    public SchemaQuery? Afterwards { get; init; }

    /// <summary>
    /// What was read; null where nothing was asked for, or the role may not read it: then the caller asks again and is told why.
    /// </summary>
    public SchemaSnapshot? Schema { get; private set; }

    /// <summary>How many of the items at the head of the list fit into one batch; at least one.</summary>
    public static int Fit(IReadOnlyList<PlanItem> items)
    {
        var (count, size) = (0, 0L);
        while (count < items.Count && !items[count].NonTransactional)
        {
            size += items[count].File.Sql.Text.Length + OverheadPerMigration;
            if (count > 0 && size > SizeLimit)
                break;
            count++;
        }

        return count;
    }

    /// <summary>Sends the items and reads the answers. Returns null when all are committed.</summary>
    public async Task<BatchFailure?> SendAsync(
        NpgsqlConnection connection,
        IReadOnlyList<PlanItem> items,
        bool createHistory,
        CancellationToken cancellationToken
    )
    {
        using var batch = Build(connection, items, createHistory);
        var committed = 0;
        try
        {
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                do
                {
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
                        Advanced?.Invoke(items[committed], null);
                    }
                    else if (column == finishMarker)
                    {
                        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                        Advanced?.Invoke(items[committed], TimeSpan.FromMilliseconds(reader.GetDouble(0)));
                        committed++;
                    }
                } while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));
            }

            Debug.Assert(committed == items.Count, "Every migration answers with its finish marker.");
            return null;
        }
        catch (PostgresException e) when (e.BatchCommand is not null)
        {
            var failed = batch.BatchCommands.IndexOf(e.BatchCommand);
            if (failed >= slots.Count)
                return null;
            var slot = slots[failed];
            return new(e, slot.Stage, slot.Item, slot.Statement);
        }
        catch (Exception e) when (e is NpgsqlException or IOException or OperationCanceledException)
        {
            return new(e, BatchStage.Unknown, items[Math.Min(committed, items.Count - 1)], null);
        }
    }

    private NpgsqlBatch Build(NpgsqlConnection connection, IReadOnlyList<PlanItem> items, bool createHistory)
    {
        var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        if (createHistory)
        {
            history.AddCreate(batch);
            slots.AddRange(Enumerable.Repeat(new Slot(items[0], BatchStage.CreateHistory), batch.BatchCommands.Count));
        }

        foreach (var item in items)
        {
            var script = item.File.Sql;
            Add(new("BEGIN"), item, BatchStage.Claim);
            foreach (var timeout in timeouts)
                Add(new(timeout), item, BatchStage.Claim);
            if (item.Action == PlanAction.Restart)
                Add(history.GiveUp(item.History!), item, BatchStage.Claim);
            Add(
                item.Action == PlanAction.Reapply
                    ? history.Reclaim(item.File, runId, startMarker)
                    : history.Claim(item.File, runId, startMarker),
                item,
                BatchStage.Claim
            );
            for (var i = 0; i < script.Statements.Count; i++)
                Add(new(script.TextOf(script.Statements[i])), item, BatchStage.Statement, i);

            // Deferred constraints and triggers must still see the migration's own settings and timeouts, as they would at its COMMIT.
            Add(new("SET CONSTRAINTS ALL IMMEDIATE"), item, BatchStage.Commit);
            foreach (var command in session.Restore())
                Add(command, item, BatchStage.Commit);
            Add(history.Finish(item.File, finishMarker), item, BatchStage.Finish);
            Add(new("COMMIT"), item, BatchStage.Commit);
        }

        Afterwards?.AddTo(batch);
        return batch;

        void Add(NpgsqlBatchCommand command, PlanItem item, BatchStage stage, int? statement = null)
        {
            batch.BatchCommands.Add(command);
            slots.Add(new(item, stage, statement));
        }
    }

    private readonly record struct Slot(PlanItem Item, BatchStage Stage, int? Statement = null);
}
