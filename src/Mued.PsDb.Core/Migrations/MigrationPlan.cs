using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;

namespace Mued.PsDb.Migrations;

/// <summary>What a run will do: the folder compared with the history. Pure: it reads nothing and changes nothing.</summary>
/// <param name="Items">Every migration of the folder, in order.</param>
/// <param name="Missing">Names that the history has and the folder has not.</param>
internal sealed record MigrationPlan(IReadOnlyList<PlanItem> Items, IReadOnlyList<string> Missing)
{
    private (MigrationVersion Version, string Name)? newest;

    /// <summary>Plans a run.</summary>
    /// <exception cref="MuedException">An applied file's SQL changed, a pending version is out of order, or a target is not in the
    /// folder.</exception>
    public static MigrationPlan Build(MigrationFolder folder, IReadOnlyList<HistoryRow> history, MigrationOptions options)
    {
        var recorded = new RecordedFiles(folder.Files, history);
        var target = ReadVersion(folder, options.Target, nameof(options.Target));
        var baseline = BaselineOf(folder, options.Baseline);
        var items = folder.Files.Select(file => Place(file, recorded.RowOf(file), target, baseline.Contains(file), options)).ToList();
        RejectChanged(items, folder, options);
        RejectInDoubt(items, options);
        RejectChoice(items, folder, options);
        var plan = new MigrationPlan(items, [.. history.Where(row => !recorded.Has(row)).Select(row => row.Migration)])
        {
            newest = Newest(history),
        };
        if (!options.AllowOutOfOrder)
            plan.RejectOutOfOrder(folder);
        return plan;
    }

    /// <summary>The newest applied migration, where a pending one comes before it; else null.</summary>
    public string? AppliedBehind(PlanItem item) =>
        item is { Action: PlanAction.Apply, File.Repeatable: false }
        && newest is { } known
        && item.File.Version.CompareTo(known.Version) < 0
            ? known.Name
            : null;

    /// <summary>Whether the SQL of an applied migration's file is no longer what was applied.</summary>
    public static bool SqlChanged(MigrationFile file, HistoryRow row) => row.SqlChecksum != file.Sql.SqlChecksum;

    /// <summary>What to tell about an applied migration whose file differs in comments or line ends only.</summary>
    public static string? CommentRemark(MigrationFile file, HistoryRow row) =>
        !SqlChanged(file, row) && row.TextChecksum != file.Sql.TextChecksum ? Texts.Get("CommentsChanged") : null;

    private static PlanItem Place(MigrationFile file, HistoryRow? row, MigrationVersion? target, bool inBaseline, MigrationOptions options)
    {
        if (file.Excluded)
            return new(file, PlanAction.Skip, Texts.Get("SkippedExcluded"), row);
        if (row is not null && row.Migration != file.Name)
            return new(file, PlanAction.Rename, Texts.Get("Renamed", row.Migration), row);
        if (file.Repeatable && (row is null || (SqlChanged(file, row) && !options.AcceptChanged)))
            return target is not null ? new(file, PlanAction.Defer, Texts.Get("RepeatableBehindTarget"), row)
                : !IsChosen(file, options) ? new(file, PlanAction.Defer, Texts.Get("PendingNotChosen"), row)
                : row is null ? new(file, PlanAction.Apply, Texts.Get("Repeatable"), row)
                : new(file, PlanAction.Reapply, Texts.Get("RepeatableChanged"), row);
        if (row is { Applied: true })
        {
            if (options.Reapply && IsChosen(file, options) && (target is not { } last || file.Version.CompareTo(last) <= 0))
                return new(file, PlanAction.Reapply, null, row);
            return SqlChanged(file, row) && options.AcceptChanged
                ? new(file, PlanAction.AcceptChange, Texts.Get("SkippedAccepted"), row)
                : new(file, PlanAction.Skip, Texts.Get(ReasonOf(row)), row);
        }

        if (inBaseline)
            return new(file, PlanAction.Baseline, Texts.Get("SkippedBaseline"), row);
        if (target is { } limit && file.Version.CompareTo(limit) > 0)
            return new(file, PlanAction.Defer, Texts.Get("PendingAboveTarget", options.Target), row);
        if (!IsChosen(file, options))
            return new(file, PlanAction.Defer, Texts.Get("PendingNotChosen"), row);
        return new(
            file,
            row is null ? PlanAction.Apply
                : SqlChanged(file, row) ? PlanAction.Restart
                : PlanAction.Resume,
            null,
            row
        );
    }

    private static string ReasonOf(HistoryRow row) =>
        row.Kind switch
        {
            HistoryTable.BaselineKind => "SkippedBaseline",
            HistoryTable.ImportedKind => "SkippedImported",
            _ => "SkippedApplied",
        };

    private static bool IsChosen(MigrationFile file, MigrationOptions options) =>
        options.Only is not { } chosen || chosen.Contains(file.Name, StringComparer.Ordinal);

    /// <summary>The files that a baseline records: up to a version, or to a migration by its name, where several have one version.</summary>
    private static HashSet<MigrationFile> BaselineOf(MigrationFolder folder, string? text)
    {
        var named = folder.Files.ToList().FindIndex(file => file.Name == text);
        if (named >= 0)
            return [.. folder.Files.Take(named + 1)];
        return ReadVersion(folder, text, nameof(MigrationOptions.Baseline)) is { } last
            ? [.. folder.Files.Where(file => file.Version.CompareTo(last) <= 0)]
            : [];
    }

    private static MigrationVersion? ReadVersion(MigrationFolder folder, string? text, string parameter)
    {
        if (text is null)
            return null;
        var version = MigrationVersion.Parse(text, parameter);
        return folder.Files.Any(file => file.Version == version)
            ? version
            : throw Texts.Usage("VersionUnknown", parameter, text, folder.Path);
    }

    private static void RejectChanged(List<PlanItem> items, MigrationFolder folder, MigrationOptions options)
    {
        if (options.Reapply)
            return;
        var changed = items
            .Where(item => item.File is { Excluded: false, Repeatable: false } && item.History is { } row && SqlChanged(item.File, row))
            .ToList();
        var applied = changed.Where(item => item.History!.Applied).ToList();
        if (applied.Count > 0 && !options.AcceptChanged)
            throw Texts.Usage("MigrationChanged", string.Join(", ", applied.Select(item => Path.GetFileName(item.File.Path))), folder.Path);

        // An interrupted migration may be mended as long as none of its statements is done; after that the count of those done says
        // nothing about the statements of the new file.
        if (changed.Find(item => item is { Action: not PlanAction.Baseline, History: { Applied: false } row } && Done(row) > 0) is { } item)
            throw Texts.Usage("MigrationInterruptedChanged", item.File.Path, Done(item.History!), item.History!.Statements);

        int Done(HistoryRow row) => row.InDoubt && options.Resume == ResumeChoice.Done ? row.StatementBegun : row.StatementsDone;
    }

    // While another runner is at work, it may well be in the middle of that statement: it is waited for.
    private static void RejectInDoubt(List<PlanItem> items, MigrationOptions options)
    {
        if (
            options.Resume is null
            && items.Find(item => item is { Runs: true, History: { InDoubt: true, Leased: false } }) is { File: var file, History: { } row }
        )
            throw InDoubt(file, row.StatementBegun, row.Runner);
    }

    /// <summary>The error that asks what became of a statement in which a run was interrupted.</summary>
    public static MuedException InDoubt(MigrationFile file, int statement, string runner) =>
        Texts.Error(
            "MigrationInDoubt",
            ExitCode.Usage,
            new ErrorPlace(file.Sql.File, file.Sql.Statements.ElementAtOrDefault(statement - 1).Line, TargetName: file.Name),
            null,
            file.Name,
            statement,
            runner
        );

    // What is left out now would be out of order at the next run.
    private static void RejectChoice(List<PlanItem> items, MigrationFolder folder, MigrationOptions options)
    {
        if (options.Only is not { } chosen)
            return;
        var unknown = chosen.Except(items.Select(item => item.File.Name), StringComparer.Ordinal).ToList();
        if (unknown.Count > 0)
            throw Texts.Usage("MigrationNotInFolder", string.Join(", ", unknown), folder.Path);

        // Repeatable migrations have no order.
        var newest = items.FindLastIndex(item => item is { Runs: true, File.Repeatable: false });
        var skipped = items.Take(newest + 1).Where(item => item.Action == PlanAction.Defer).Select(item => item.File.Name).ToList();
        if (skipped.Count > 0 && !options.AllowOutOfOrder)
            throw Texts.Usage("MigrationChoiceHasGap", items[newest].File.Name, string.Join(", ", skipped), folder.Path);
    }

    private static (MigrationVersion Version, string Name)? Newest(IReadOnlyList<HistoryRow> history)
    {
        (MigrationVersion Version, string Name)? newest = null;
        foreach (var row in history.Where(row => row.Applied))
        {
            if (
                MigrationVersion.TryParse(row.Version, out var version) && (newest is not { } known || version.CompareTo(known.Version) > 0)
            )
                newest = (version, row.Migration);
        }

        return newest;
    }

    private void RejectOutOfOrder(MigrationFolder folder)
    {
        var late = Items.Where(item => AppliedBehind(item) is not null).ToList();
        if (late.Count > 0)
            throw Texts.Usage(
                "MigrationOutOfOrder",
                string.Join(", ", late.Select(item => Path.GetFileName(item.File.Path))),
                newest!.Value.Version,
                folder.Path
            );
    }
}
