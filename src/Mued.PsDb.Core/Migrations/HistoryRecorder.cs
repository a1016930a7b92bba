using Mued.PsDb.Connections;
using Mued.PsDb.Inspection;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>Writes what needs no run: new names, baselines and accepted checksums, in one transaction.</summary>
internal sealed class HistoryRecorder(RunContext context, HistoryTable history)
{
    /// <summary>Records the items. Returns what stopped it, or null when all is recorded.</summary>
    public async Task<BatchFailure?> RecordAsync(
        NpgsqlConnection connection,
        IReadOnlyList<PlanItem> items,
        HistoryPreparation preparation,
        CancellationToken cancellationToken
    )
    {
        using var batch = connection.Batch(preparation.Steps);
        var commands = new Dictionary<NpgsqlBatchCommand, PlanItem>();
        batch.Add([.. context.Transaction.Begin(connection)]);
        foreach (var item in items)
        {
            if (item is { Action: PlanAction.Baseline, History: { } interrupted })
                batch.Add(history.GiveUp(interrupted));
            var command = item.Action switch
            {
                PlanAction.Rename => history.Rename(item.History!, item.File),
                PlanAction.Baseline => history.Baseline(item.File, context.Id),
                _ => history.AcceptChecksums(item.File),
            };
            batch.Add(command);
            commands[command] = item;
        }

        batch.Add("COMMIT");
        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is NpgsqlException or IOException)
        {
            return e is not PostgresException { BatchCommand: var failed } || ConnectionFailure.IsTransient(e)
                    ? new(e, BatchStage.Unknown, items[0], null)
                : failed is NpgsqlBatchCommand command && commands.TryGetValue(command, out var item) ? new(e, BatchStage.Claim, item, null)
                : new(e, preparation.Stage, items[0], null);
        }
    }
}
