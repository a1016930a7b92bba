using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;

namespace Mued.PsDb.Migrations;

/// <summary>The folder and the history side by side, for people who want to know before they migrate.</summary>
internal static class MigrationListing
{
    /// <summary>Lists every file in order, then what the history has and the folder has not.</summary>
    public static IReadOnlyList<MigrationInfo> Build(
        MigrationFolder folder,
        IReadOnlyList<HistoryRow> history,
        string historyTable,
        string target
    )
    {
        var recorded = new RecordedFiles(folder.Files, history);
        return
        [
            .. folder
                .Files.Select(file => Describe(file, recorded.RowOf(file)))
                .Concat(history.Where(row => !recorded.Has(row)).Select(Describe))
                .Select(info => info with { Path = folder.Path, Layout = folder.Layout, HistoryTable = historyTable, Target = target }),
        ];
    }

    /// <summary>Lists every file in order; where they stand only a database knows.</summary>
    public static IReadOnlyList<MigrationInfo> Build(MigrationFolder folder, string historyTable) =>
        [
            .. folder
                .Files.Select(file => Describe(file, row: null))
                .Select(info =>
                    info with
                    {
                        State = info.State == MigrationState.Excluded ? info.State : MigrationState.Unknown,
                        Path = folder.Path,
                        Layout = folder.Layout,
                        HistoryTable = historyTable,
                    }
                ),
        ];

    private static MigrationInfo Describe(MigrationFile file, HistoryRow? row)
    {
        var info = row is null ? new(file.Version.Text, file.Name, MigrationState.Pending) : Describe(row);
        return info with
        {
            Version = file.Version.Text,
            Name = file.Name,
            State = file.Excluded
                ? MigrationState.Excluded
                : row switch
                {
                    null => MigrationState.Pending,
                    { Applied: false } => MigrationState.Interrupted,
                    _ when file.Repeatable => MigrationPlan.SqlChanged(file, row) ? MigrationState.Pending : MigrationState.Applied,
                    _ => MigrationPlan.SqlChanged(file, row) ? MigrationState.Changed : MigrationState.Applied,
                },
            File = file.Path,
            Statements = file.Script?.Statements.Count ?? 0,
            Transactional = file.Script?.Mode != ScriptMode.NonTransactional,
            Repeatable = file.Repeatable,
            Remark =
                file.Excluded ? info.Remark
                : file.Repeatable ? Texts.Get(row is not null && MigrationPlan.SqlChanged(file, row) ? "RepeatableChanged" : "Repeatable")
                : row is null ? info.Remark
                : row.Migration != file.Name ? Texts.Get("Renamed", row.Migration)
                : MigrationPlan.CommentRemark(file, row) ?? info.Remark,
        };
    }

    private static MigrationInfo Describe(HistoryRow row) =>
        new(row.Version, row.Migration, MigrationState.Missing)
        {
            Statements = row.Statements,
            AppliedAt = row.FinishedAt,
            AppliedBy = row.AppliedBy,
            Duration = row.FinishedAt - row.StartedAt,
            Remark = row switch
            {
                { Kind: HistoryTable.BaselineKind } => Texts.Get("SkippedBaseline"),
                { InDoubt: true } => Texts.Get("InterruptedIn", row.StatementsDone, row.Statements, row.Runner, row.StatementBegun),
                { Kind: HistoryTable.ImportedKind } => Texts.Get("SkippedImported"),
                { Applied: false } => Texts.Get("InterruptedAt", row.StatementsDone, row.Statements, row.Runner),
                { RenamedFrom: { } old } => Texts.Get("Renamed", old),
                _ => null,
            },
        };
}
