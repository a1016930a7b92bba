using Mued.PsDb.Sql;

namespace Mued.PsDb.Migrations;

/// <summary>
/// What binds each migration of a plan to the tables that it locks: that they are, under its locks, as they were when the plan was held
/// against the database. A table belongs to the first migration that locks it; behind that it is what the plan has made of it.
/// </summary>
internal sealed class ApprovedTables
{
    private readonly Dictionary<string, List<(TableMark Seen, string Mode)>> tables = new(StringComparer.Ordinal);

    public ApprovedTables(IEnumerable<PlannedMigration> migrations, IEnumerable<TableMark> seen)
    {
        var left = seen.ToDictionary(table => table.Table.ToString(), StringComparer.Ordinal);
        foreach (var migration in migrations.Where(migration => migration.Runs))
        {
            var own = new List<(TableMark, string)>();
            foreach (var impact in migration.Impacts.Where(impact => impact.LockModes.Count > 0))
            {
                if (left.Remove(impact.Relation, out var table))
                    own.Add((table, impact.LockModes[^1]));
            }

            tables[migration.Name] = own;
        }
    }

    /// <summary>The statements that hold the tables of a migration, in its transaction and before its first statement.</summary>
    public IEnumerable<BatchStep> Hold(PlanItem item) => tables.GetValueOrDefault(item.File.Name) is [_, ..] own ? TableMark.Hold(own) : [];
}
