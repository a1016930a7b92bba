using Mued.PsDb.Files;
using Mued.PsDb.Inspection;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>Writes down a plan, with what it was made for, so that its run can be held to it.</summary>
/// <param name="options">What the run is asked.</param>
/// <param name="folder">The files.</param>
/// <param name="plan">The plan.</param>
/// <param name="history">The history.</param>
internal sealed class PlanWriter(MigrationOptions options, MigrationFolder folder, MigrationPlan plan, IReadOnlyList<HistoryRow> history)
{
    /// <summary>The report, but for what the rehearsal says.</summary>
    /// <param name="connection">The database, outside a transaction.</param>
    /// <param name="settings">The same.</param>
    /// <param name="traces">What the rehearsal saw, whose tables are described; null where there was none.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<MigrationPlanReport> WriteAsync(
        NpgsqlConnection connection,
        ConnectionSettings settings,
        IReadOnlyList<MigrationTrace>? traces,
        CancellationToken cancellationToken
    )
    {
        var filled = options.Variables.Count > 0;
        var switches = options.Switches;
        var locked = (traces ?? []).SelectMany(trace => RelationImpact.Of(trace.Statements)).Select(impact => impact.Relation);
        return new(
            plan.Items.Any(item => item.Runs || item.Records) ? RunStatus.Planned : RunStatus.NothingToDo,
            settings.Target,
            settings.Source
        )
        {
            Database = await DatabaseIdentity.ReadAsync(connection, settings, cancellationToken).ConfigureAwait(false),
            Plan = options.Plan?.Checksum,
            Path = folder.Path,
            PathReason = options.PathReason,
            Layout = folder.Layout,
            LayoutReason = folder.LayoutReason,
            Switches = switches,
            Variables = [.. options.Variables.Keys.Order(StringComparer.Ordinal)],
            Effects = PlanEffects.Of(switches, plan),
            Migrations = [.. plan.Items.Select(item => PlannedMigration.Of(item, filled))],
            History = [.. history.Select(PlannedHistory.Of)],
            Definitions = await LockedTables
                .ReadAsync(connection, locked, HistoryName.Of(settings.Schema, options.HistoryTable), cancellationToken)
                .ConfigureAwait(false),
            Missing = plan.Missing,
            Ignored = folder.Ignored,
        };
    }

    /// <summary>What the rehearsal says of a migration.</summary>
    public static PlannedMigration WithRehearsal(PlannedMigration planned, MigrationResult rehearsed) =>
        planned.Runs && rehearsed.Reason != planned.Reason
            ? planned with
            {
                Rehearsed = rehearsed.Trace.Count > 0,
                Rehearsal = rehearsed.Reason,
                Impacts = rehearsed.Impacts,
            }
            : planned;
}
