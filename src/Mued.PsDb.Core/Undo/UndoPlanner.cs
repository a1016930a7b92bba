using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;

namespace Mued.PsDb.Undo;

/// <summary>Which rollback scripts an undo runs: made from the history. Pure: it reads nothing and changes nothing.</summary>
internal static class UndoPlanner
{
    /// <summary>
    /// The units to take back, newest first. A script is for one migration, or covers its version and every later applied one that has
    /// none of its own.
    /// </summary>
    /// <param name="folder">The migrations and their rollback scripts.</param>
    /// <param name="history">The live rows of the history.</param>
    /// <param name="historyUsed">Whether the history holds any row, be it that of a migration undone since.</param>
    /// <param name="options">Which of them to take back.</param>
    /// <exception cref="MuedException">Applied migrations that no script covers, or scripts that cannot run in a transaction (exit code
    /// 2).</exception>
    public static IReadOnlyList<PlannedUnit> Plan(
        MigrationFolder folder,
        IReadOnlyList<HistoryRow> history,
        bool historyUsed,
        UndoOptions options
    )
    {
        MigrationVersion? floor = options.Target is null ? null : MigrationVersion.Parse(options.Target, nameof(options.Target));
        var usable = folder.Rollbacks.Where(script => floor is not { } last || script.Version.CompareTo(last) > 0).ToList();
        var units =
            historyUsed || options.Only is not null ? Recorded(folder, usable, history, (floor, options.Only)) : Unrecorded(usable, floor);
        if (units.FirstOrDefault(unit => unit.Script.Sql.Mode == ScriptMode.NonTransactional) is { } unit)
            throw Texts.Usage("UndoNonTransactional", unit.Script.Path);
        if (units.FirstOrDefault(unit => unit.Script.Sql.TransactionModes is not null) is { } demanding)
            throw Texts.Usage("UndoTransactionModes", demanding.Script.Path, demanding.Script.Sql.TransactionModes);
        if (units.FirstOrDefault(unit => unit.Script.Sql.Statements.Count == 0) is { } empty)
            throw Texts.Usage("UndoEmpty", empty.Script.Name, empty.Script.Path);
        return units;
    }

    /// <summary>
    /// The history never recorded anything, yet the objects may be there: made by hand, or before this tool. Then the folder says
    /// what can be taken back, and the rehearsal whether there is any of it.
    /// </summary>
    private static List<PlannedUnit> Unrecorded(List<MigrationFile> scripts, MigrationVersion? floor) =>
        [.. scripts.AsEnumerable().Reverse().Take(floor is null ? 1 : int.MaxValue).Select(script => new PlannedUnit(script, []))];

    private static List<PlannedUnit> Recorded(
        MigrationFolder folder,
        List<MigrationFile> scripts,
        IReadOnlyList<HistoryRow> history,
        (MigrationVersion? Floor, IReadOnlyList<string>? Only) wanted
    )
    {
        var (floor, chosen) = wanted;
        var recorded = new RecordedFiles(folder.Files, history);
        var rows = history.Where(row => row.Kind != HistoryTable.RepeatableKind).ToLookup(recorded.Has);
        var applied = rows[true]
            .Select(row => (Row: row, Version: VersionOf(row), Script: ScriptOf(row)))
            .Where(item => floor is not { } last || item.Version.CompareTo(last) > 0)
            .OrderByDescending(item => item.Version)
            .ThenByDescending(item => item.Row.Migration, StringComparer.Ordinal)
            .ToList();
        if (chosen is not null)
        {
            var strange = chosen.Intersect(rows[false].Select(row => row.Migration), StringComparer.Ordinal).ToList();
            if (strange.Count > 0)
                throw Texts.Usage("MigrationNotInFolder", string.Join(", ", strange), folder.Path);
            var absent = chosen.Except(applied.Select(item => item.Row.Migration), StringComparer.Ordinal).ToList();
            if (absent.Count > 0)
                throw Texts.Usage("UndoChoiceNotApplied", string.Join(", ", absent), folder.Path);
            var oldest = applied.FindLastIndex(item => chosen.Contains(item.Row.Migration, StringComparer.Ordinal));
            var needed = applied.Take(oldest + 1).Select(item => item.Script).ToHashSet();
            applied = [.. applied.Where((item, i) => i <= oldest || (item.Script is not null && needed.Contains(item.Script)))];
            var left = applied.Select(item => item.Row.Migration).Except(chosen, StringComparer.Ordinal).ToList();
            if (left.Count > 0)
                throw Texts.Usage("UndoChoiceNotNewest", string.Join(", ", chosen), string.Join(", ", left), folder.Path);
        }
        else if (floor is null && applied.Count > 0)
        {
            var newest = applied[0].Script;
            applied = newest is null ? applied[..1] : applied.FindAll(item => item.Script == newest);
        }

        var uncovered = applied.Where(item => item.Script is null).Select(item => item.Row.Migration).ToList();
        if (uncovered.Count > 0)
            throw Texts.Usage("UndoNotCovered", string.Join(", ", uncovered), folder.Path);
        foreach (var script in applied.Select(item => item.Script!).Distinct())
        {
            // What another folder has applied, or a file that is gone.
            var strangers = rows[false].Where(row => ScriptOf(row) == script).Select(row => row.Migration).ToList();
            if (strangers.Count > 0)
                throw Texts.Usage("UndoStrangers", script.Name, string.Join(", ", strangers), folder.Path);
        }

        if (applied.FirstOrDefault(item => item.Row.Leased).Row is { } leased)
            throw Texts.Usage("UndoMigrationRunning", leased.Migration, leased.Runner);
        return [.. applied.GroupBy(item => item.Script!).Select(group => new PlannedUnit(group.Key, [.. group.Select(item => item.Row)]))];

        MigrationFile? ScriptOf(HistoryRow row)
        {
            var version = VersionOf(row);
            return scripts.Find(script => script.Undoes == recorded.NameOf(row))
                ?? scripts.FindLast(script => script.Undoes is null && script.Version.CompareTo(version) <= 0);
        }
    }

    private static MigrationVersion VersionOf(HistoryRow row) => MigrationVersion.Parse(row.Version, row.Migration);
}
