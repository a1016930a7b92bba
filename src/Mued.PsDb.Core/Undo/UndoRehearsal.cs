using Mued.PsDb.Backups;
using Mued.PsDb.Files;
using Mued.PsDb.Migrations;
using Mued.PsDb.Runs;
using Mued.PsDb.Schema;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Undo;

/// <summary>
/// Finds out what rollback scripts take away: runs them behind a savepoint, compares the catalog before and after, rolls back to the
/// savepoint, and then describes what went. Everything happens inside the caller's transaction.
/// </summary>
internal sealed class UndoRehearsal(RunContext context, RunSession session, IReadOnlyList<PlannedUnit> units, string marker)
{
    private readonly NpgsqlConnection connection = session.Connection;

    /// <summary>Adds the scripts, as they run in the rehearsal and in earnest, with the time after each unit.</summary>
    public ScriptBatch Scripts(SqlBatch batch) => new(batch, units.Select(unit => unit.Script), After, marker);

    /// <summary>Rehearses. Returns what the scripts do to the catalog.</summary>
    /// <param name="batch">A batch that may hold the caller's first statements; it is sent.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    public async Task<CatalogDifference> RunAsync(SqlBatch batch, CancellationToken cancellationToken)
    {
        batch.Add(CatalogInventory.Query(marker));
        batch.Add("SAVEPOINT mued_rehearsal");
        var scripts = Scripts(batch);
        batch.Add(CatalogInventory.Query(marker));
        batch.Add("ROLLBACK TO SAVEPOINT mued_rehearsal");
        var inventories = await scripts.ExecuteAsync(CatalogInventory.ReadAsync, cancellationToken).ConfigureAwait(false);
        return inventories[0].Compare(inventories[1]);
    }

    /// <summary>
    /// Runs the scripts for good. Returns what vanished from the catalog this time, and how long each script took.
    /// </summary>
    public async Task<(IReadOnlyList<CatalogObject> Vanished, IReadOnlyList<TimeSpan> Durations)> ExecuteAsync(
        CancellationToken cancellationToken
    )
    {
        using var batch = connection.Batch(CatalogInventory.Query(marker));
        var scripts = Scripts(batch);
        batch.Add(CatalogInventory.Query(marker));
        var inventories = await scripts.ExecuteAsync(CatalogInventory.ReadAsync, cancellationToken).ConfigureAwait(false);
        return (inventories[0].Compare(inventories[1]).Vanished, scripts.Durations);
    }

    /// <summary>
    /// Describes what goes, from the catalog as it is before. With <paramref name="lockTables"/> the tables that hold rows are first
    /// locked against writers, to the end of the transaction: from then on they hold what a backup will copy.
    /// </summary>
    public async Task<DataLoss> DescribeAsync(CatalogDifference difference, bool lockTables, CancellationToken cancellationToken)
    {
        var transactions = units.SelectMany(unit => unit.Rows).SelectMany(row => row.TransactionIds).ToList();
        var loss = await new DataLossReader(connection, difference, transactions)
            .ReadAsync(lockTables, cancellationToken)
            .ConfigureAwait(false);
        return loss with
        {
            Schema = await new LostSchemaReader(connection)
                .ReadAsync(difference.Vanished, loss.Roots, cancellationToken)
                .ConfigureAwait(false),
        };
    }

    // What waits for the COMMIT is checked while the settings are still those of its script.
    private IEnumerable<BatchStep> After(SqlScript script) =>
        [.. DeferredConstraints.CheckAndDefer, .. session.Defaults.Restore(script), .. context.Transaction.Sql(connection)];
}
