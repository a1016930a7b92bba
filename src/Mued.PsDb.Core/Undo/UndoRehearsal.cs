using Mued.PsDb.Backups;
using Mued.PsDb.Connections;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Migrations;
using Mued.PsDb.Runs;
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
    public async Task<DataLoss> DescribeAsync(
        CatalogDifference difference,
        IReadOnlyList<MigrationFile>? migrations,
        bool lockTables,
        CancellationToken cancellationToken
    )
    {
        var loss = await new DataLossReader(connection, difference).ReadAsync(lockTables, cancellationToken).ConfigureAwait(false);
        if (loss.Dependents.Count == 0 || migrations is null)
            return loss;
        var remade = await RemadeAsync(loss.Dependents, migrations, cancellationToken).ConfigureAwait(false);
        return loss with { Dependents = [.. loss.Dependents.Where(dependent => !remade.Contains((dependent.Kind, dependent.Name)))] };
    }

    /// <summary>
    /// Which of the objects the migrations themselves make: the scripts and then the migrations run behind a savepoint, and what is
    /// there again is theirs. When the migrations do not run, nothing is known to be theirs.
    /// </summary>
    private async Task<HashSet<(string, string)>> RemadeAsync(
        IReadOnlyList<DependentObject> dependents,
        IReadOnlyList<MigrationFile> migrations,
        CancellationToken cancellationToken
    )
    {
        using var batch = connection.Batch("SAVEPOINT mued_remake");
        var scripts = new ScriptBatch(batch, [.. units.Select(unit => unit.Script), .. migrations], After, marker);
        batch.Add(DataLossReader.Identities(marker, dependents));
        batch.Add("ROLLBACK TO SAVEPOINT mued_remake");
        try
        {
            var found = await scripts.ExecuteAsync(ReadIdentitiesAsync, cancellationToken).ConfigureAwait(false);
            return found[0];
        }
        catch (MuedException e)
            when (e.InnerException is PostgresException
                && !ConnectionFailure.IsTransient(e)
                && SqlStates.FaultOf(e.SqlState) is not ServerFault.Cancelled
            )
        {
            await connection.ExecuteAsync(["ROLLBACK TO SAVEPOINT mued_remake"], cancellationToken).ConfigureAwait(false);
            return [];
        }
    }

    // What waits for the COMMIT is checked while the settings are still those of its script.
    private IEnumerable<BatchStep> After(SqlScript script) =>
        [.. DeferredConstraints.CheckAndDefer, .. session.Defaults.Restore(script), .. context.Transaction.Sql(connection)];

    private static async Task<HashSet<(string, string)>> ReadIdentitiesAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var identities = new HashSet<(string, string)>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            identities.Add((reader.GetString(0), reader.GetString(1)));
        return identities;
    }
}
