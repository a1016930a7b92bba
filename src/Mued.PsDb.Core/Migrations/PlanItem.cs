using Mued.PsDb.Files;
using Mued.PsDb.Inspection;

namespace Mued.PsDb.Migrations;

/// <summary>One migration of a plan.</summary>
/// <param name="File">The migration.</param>
/// <param name="Action">What to do with it.</param>
/// <param name="Reason">Why it is left alone; null for those that run.</param>
/// <param name="History">Its live row, if it has one.</param>
internal sealed record PlanItem(MigrationFile File, PlanAction Action, string? Reason = null, HistoryRow? History = null)
{
    /// <summary>Whether the item changes the database.</summary>
    public bool Runs => Action is PlanAction.Apply or PlanAction.Reapply or PlanAction.Resume or PlanAction.Restart;

    /// <summary>Whether the item changes the history alone.</summary>
    public bool Records => Action is PlanAction.Baseline or PlanAction.AcceptChange or PlanAction.Rename;

    /// <summary>
    /// Whether the item runs statement by statement outside a transaction. What was begun so ends so: no transaction of a whole file leaves
    /// a row that is not complete.
    /// </summary>
    public bool NonTransactional => File.Sql.Mode == ScriptMode.NonTransactional || Action == PlanAction.Resume;
}
