using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>
/// Holds a run to the plan that was approved: it is for this database, and neither the files, nor the history, nor the tables that the
/// rehearsal saw locked have changed since. What the plan itself has done in an earlier run is no change.
/// </summary>
/// <param name="plan">The plan.</param>
internal sealed class PlanApproval(ApprovedPlan plan)
{
    private readonly Dictionary<string, PlannedMigration> planned = plan.Migrations.ToDictionary(item => item.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, PlannedHistory> before = plan.History.ToDictionary(row => row.Migration, StringComparer.Ordinal);

    /// <summary>Refuses what is no longer what was approved.</summary>
    /// <returns>What of it is to be looked at once more by each migration, under its locks.</returns>
    /// <exception cref="MuedException">The plan failed, is for another database, or something has changed since (exit code 2).</exception>
    public async Task<ApprovedTables> EnsureAsync(
        NpgsqlConnection connection,
        DatabaseOrigin here,
        MigrationFolder folder,
        IReadOnlyList<HistoryRow> history,
        CancellationToken cancellationToken
    )
    {
        if (plan.Status == RunStatus.Failed)
            throw Texts.Usage("PlanFailed", plan);
        if (!DatabaseIdentity.Certain(plan.Database, here))
            throw Texts.Usage("PlanOfOtherDatabase", plan, plan.Database, here);
        var rows = history.Where(row => !Knows(row) && IsOwn(row) && planned[row.Migration].Runs).ToList();
        var (tables, seen) = await LockedTables
            .ChangesAsync(
                connection,
                plan,
                rows.ConvertAll(row => planned[row.Migration]),
                rows.SelectMany(row => row.TransactionIds),
                cancellationToken
            )
            .ConfigureAwait(false);
        List<string> changes = [.. FileChanges(folder), .. HistoryChanges(history), .. tables];
        return changes.Count == 0 ? new(plan.Migrations, seen) : throw Texts.Usage(ErrorIds.PlanOutdated, plan, string.Join("; ", changes));
    }

    private IEnumerable<string> FileChanges(MigrationFolder folder)
    {
        var there = folder.Files.ToDictionary(file => file.Name, StringComparer.Ordinal);
        foreach (var item in plan.Migrations)
        {
            if (!there.TryGetValue(item.Name, out var file))
                yield return Texts.Get("PlanChange.FileGone", item.Name);
            else if (file.Script?.TextChecksum != item.TextChecksum)
                yield return Texts.Get(plan.Variables.Count > 0 ? "PlanChange.FileOrVariable" : "PlanChange.File", item.Name);
        }

        foreach (var file in folder.Files.Where(file => !planned.ContainsKey(file.Name)))
            yield return Texts.Get("PlanChange.FileNew", file.Name);
    }

    private IEnumerable<string> HistoryChanges(IReadOnlyList<HistoryRow> history)
    {
        foreach (var row in history.Where(row => !Knows(row) && !IsOwn(row)))
            yield return Texts.Get("PlanChange.Applied", row.Migration, row.AppliedBy, Figures.Time(row.FinishedAt ?? row.StartedAt));
        var names = history.Select(row => row.Migration).Concat(history.Select(row => row.RenamedFrom)).ToHashSet();
        foreach (var row in plan.History.Where(row => !names.Contains(row.Migration)))
            yield return Texts.Get("PlanChange.Undone", row.Migration);
    }

    private bool Knows(HistoryRow row) => before.GetValueOrDefault(row.Migration) == PlannedHistory.Of(row);

    // The plan was begun before, and is gone on with: that is the row that it wanted, and it was not there yet.
    private bool IsOwn(HistoryRow row) =>
        planned.TryGetValue(row.Migration, out var item)
        && item.Acts
        && item.SqlChecksum == row.SqlChecksum
        && !(before.TryGetValue(row.Migration, out var known) && known.AppliedAt is not null && known.SqlChecksum == row.SqlChecksum);
}
