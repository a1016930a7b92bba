using Mued.PsDb.Foundation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb;

public sealed partial record ReportDocument
{
    /// <summary>The document of an undo.</summary>
    /// <param name="report">The report of the undo.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(UndoReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new("undo", report)
        {
            Status = report.Status.ToString(),
            Summary = report.Error?.Message ?? Summarize(report),
            ExitCode = CodeOf(report.Error, report.Status == RunStatus.Failed, ExitCode.MigrationFailed),
            Target = report.Target,
            Facts = Known(
                Folder(report.Path, report.PathReason),
                Server(report.ServerVersion),
                ("Fact.Source", report.Source),
                ("Fact.Layout", report.LayoutReason),
                ("Fact.Backup", report.Backup?.Path),
                ("Fact.Expected", report.Expected is { } expected ? Figures.Estimate(expected) : null),
                Waits(report.Harm)
            ),
            StartedAt = report.StartedAt,
            Duration = report.Duration,
            Steps = [.. report.Units.Select(unit => Step(unit, report))],
            Tables =
            [
                Losses(report),
                ReportTables.Of("Changes", report.Changes.Select(item => new[] { item.Name, Figures.Number(item.Rows) })),
                ReportTables.Of(
                    "LostSequences",
                    report.Sequences.Select(item =>
                        new[] { item.Name, Figures.Number(item.LastValue), Texts.Get(item.IsCalled ? "Yes" : "No") }
                    )
                ),
                ReportTables.Of(
                    "LostLargeObjects",
                    report.LargeObjects is { } large
                        ?
                        [
                            [Figures.Number(large.Count), Figures.Bytes(large.Bytes)],
                        ]
                        : []
                ),
                ReportTables.Of(
                    "LostObjects",
                    from item in report.Objects
                    group item by item.Kind into kind
                    select new[] { kind.Key, Figures.Number(kind.Count()), string.Join(", ", kind.Select(item => item.Name)) }
                ),
                ReportTables.Of("Dependents", report.Dependents.Select(item => new[] { item.Kind, item.Name, item.DependsOn })),
                ReportTables.Retries(report.Attempts.Select(attempt => ("undo", attempt))),
                .. ReportTables.Of(report.Harm),
            ],
            Warnings = report.Warnings,
            Error = report.Error,
        };
    }

    private static string Summarize(UndoReport report)
    {
        var text = report switch
        {
            { Status: RunStatus.NothingToDo } => "NothingToUndo",
            { Status: RunStatus.DryRun } => "UndoRehearsed",
            { Backup: null } => "UndoneWithoutCopy",
            _ => "UndoneWithCopy",
        };
        var rows =
            report.Tables.Sum(table => table.Rows ?? 0)
            + report.Columns.DistinctBy(column => column.Table).Sum(column => column.Rows ?? 0)
            + report.Changes.Sum(change => change.Rows);
        return Texts.Get(text, Figures.Count(report.Units.Count, "unit"), Figures.Count(rows, "row"), Figures.Duration(report.Duration));
    }

    private static ReportStep Step(UndoUnit unit, UndoReport report) =>
        new(
            unit.Name,
            unit.Status switch
            {
                UndoStatus.Undone => StepOutcome.Done,
                UndoStatus.Pending => StepOutcome.Pending,
                UndoStatus.Failed => StepOutcome.Failed,
                _ => StepOutcome.Attention,
            },
            unit.Status.ToString()
        )
        {
            File = unit.File,
            Detail = Texts.Get("TakesBack", string.Join(", ", unit.Migrations)),
            Duration = unit.Duration,
            Notices = unit == report.Units[0] ? report.Notices : [],
            Error = unit.Status == UndoStatus.Failed ? report.Error : null,
        };

    private static string Rows(long? rows) => rows is { } count ? Figures.Number(count) : Texts.Get("NotCounted");

    private static ReportTable Losses(UndoReport report) =>
        ReportTables.Of(
            "Losses",
            [
                .. report.Tables.Select(table => new[] { table.Name, "", Rows(table.Rows) }),
                .. report.Columns.Select(column => new[] { $"{column.Table}.{column.Name}", column.Type, Rows(column.Rows) }),
            ]
        );
}
