using Mued.PsDb.Inspection;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Migrations;

/// <summary>
/// What binds each migration of a plan to the tables that it locks: that they are, under its locks, as they were when the plan was held
/// against the database. A table belongs to the first migration that locks it; behind that it is what the plan has made of it.
/// </summary>
internal sealed class ApprovedTables
{
    private readonly Dictionary<string, (List<(TableMark Seen, string Mode)> Own, int End)> tables = new(StringComparer.Ordinal);
    private readonly List<long> ids = [];

    public ApprovedTables(IEnumerable<PlannedMigration> migrations, IEnumerable<TableMark> seen)
    {
        var left = seen.ToDictionary(table => table.Table.ToString(), StringComparer.Ordinal);
        foreach (var migration in migrations.Where(migration => migration.Runs))
        {
            var own = new List<(TableMark Seen, string)>();
            foreach (var impact in migration.Impacts.Where(impact => impact.LockModes.Count > 0))
            {
                if (left.Remove(impact.Relation, out var table))
                    own.Add((table, impact.LockModes[^1]));
            }

            ids.AddRange(own.Select(table => table.Seen.Id));
            tables[migration.Name] = (own, ids.Count);
        }
    }

    /// <summary>The statements that hold the tables of a migration, in its transaction and before its first statement.</summary>
    public IEnumerable<BatchStep> Hold(PlanItem item) =>
        tables.TryGetValue(item.File.Name, out var known) && known.Own.Count > 0 ? TableMark.Hold(known.Own) : [];

    /// <summary>
    /// The statements that note, behind its last one, what a migration has changed in subtransactions of the tables of later ones, so that it
    /// is known for the plan's own. To look at all of them costs more than to change one, so it is done only where a statement may open such by
    /// itself. What a trigger or other code behind a statement has changed in one is then not known for the plan's own, and the run is refused.
    /// </summary>
    public IEnumerable<BatchStep> Note(PlanItem item, HistoryTable history)
    {
        if (!tables.TryGetValue(item.File.Name, out var known) || known.End == ids.Count)
            return [];
        var script = item.File.Sql;
        return script.Statements.All(statement => SqlCommand.OpensNoSubtransaction(script.TextOf(statement)))
            ? []
            : [OwnTransaction.ReachOver, history.AddTransactions(item.File, TableMark.Subtransactions, ids[known.End..].ToArray())];
    }
}
