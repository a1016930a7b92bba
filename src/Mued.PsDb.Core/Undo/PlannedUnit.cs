using Mued.PsDb.Files;
using Mued.PsDb.Inspection;

namespace Mued.PsDb.Undo;

/// <summary>A rollback script to run, and the rows of the history that it takes back.</summary>
/// <param name="Script">The rollback script.</param>
/// <param name="Rows">The applied migrations that it covers, newest first.</param>
internal sealed record PlannedUnit(MigrationFile Script, IReadOnlyList<HistoryRow> Rows)
{
    /// <summary>The report's view.</summary>
    public UndoUnit ToUnit(UndoStatus status, TimeSpan duration = default) =>
        new(Script.Version.Text, Script.Name, [.. Rows.Select(row => row.Migration)], status)
        {
            File = Script.Path,
            Statements = Script.Sql.Statements.Count,
            Duration = duration,
        };
}
