using Mued.PsDb.Foundation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb;

public sealed partial record ReportDocument
{
    /// <summary>The document of a restore.</summary>
    /// <param name="report">The report of the restore.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(RestoreReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new("restore", report)
        {
            Status = report.Status.ToString(),
            Summary =
                report.Error?.Message
                ?? Texts.Get(
                    "RestoreSummary",
                    Figures.Count(report.Loaded, "row"),
                    report.Skipped,
                    report.Rejected,
                    Figures.Duration(report.Duration)
                ),
            ExitCode = CodeOf(report.Error, report.Status == RunStatus.Failed, ExitCode.MigrationFailed),
            Target = report.Target,
            Facts = Known(
                Server(report.ServerVersion),
                ("Fact.Source", report.Source),
                ("Fact.Backup", report.Path),
                ("Fact.Expected", report.Status == RunStatus.DryRun ? Figures.Estimate(report.Duration) : null),
                Waits(report.Harm)
            ),
            StartedAt = report.StartedAt,
            Duration = report.Duration,
            Steps = [.. report.Tables.Select(table => Step(table, rehearsed: report.Status == RunStatus.DryRun))],
            Tables =
            [
                Rejections(report.Tables),
                ReportTables.Of(
                    "Conflicts",
                    from table in report.Tables
                    from row in table.Conflicts
                    select new[] { table.Name, row.Key, string.Join(", ", row.Columns) }
                ),
                ReportTables.Of(
                    "RestoredSequences",
                    report.Sequences.Select(item =>
                        new[] { item.Name, Figures.Number(item.LastValue), Texts.Get(item.IsCalled ? "Yes" : "No"), item.Status.ToString() }
                    )
                ),
                ReportTables.Of(
                    "RestoredLargeObjects",
                    report.LargeObjects is { } large
                        ?
                        [
                            [
                                Figures.Number(large.Restored),
                                Figures.Number(large.Present),
                                Figures.Number(large.Conflicting),
                                string.Join("; ", large.Conflicts.Take(3)),
                            ],
                        ]
                        : []
                ),
                Objects(report.Objects),
                ReportTables.Retries(report.Attempts.Select(attempt => ("restore", attempt))),
                .. ReportTables.Of(report.Harm),
            ],
            Warnings = [.. report.Warnings, .. report.Notices.Select(notice => $"{notice.Severity}: {notice.Message}")],
            Error = report.Error,
        };
    }

    private static ReportStep Step(RestoredTable table, bool rehearsed) =>
        new(
            table.Name,
            table.Rejected + table.Conflicting > 0 ? StepOutcome.Attention
                : rehearsed ? StepOutcome.Pending
                : table.Skipped > 0 && table.Loaded == 0 ? StepOutcome.Skipped
                : StepOutcome.Done,
            rehearsed ? "Rehearsed"
                : table.Loaded == table.Rows ? "Restored"
                : table.Skipped == table.Rows ? "Skipped"
                : "Partly"
        )
        {
            Detail = Texts.Get(
                "RestoredTable",
                table.Loaded,
                table.Replaced,
                table.Skipped,
                table.Rejected,
                Figures.Count(table.Rows, "row")
            ),
        };

    private static ReportTable Objects(IReadOnlyList<RestoredObject> objects) =>
        ReportTables.Of(
            "RestoredObjects",
            from item in objects
            where item.Status != RestoredObjectStatus.Present
            orderby item.Status == RestoredObjectStatus.Restored
            select new[] { item.Status.ToString(), item.Kind, item.Name, item.Reason ?? "" }
        );

    private static ReportTable Rejections(IReadOnlyList<RestoredTable> tables) =>
        ReportTables.Of(
            "Rejections",
            from table in tables
            from item in table.Rejections
            select new[] { table.Name, Figures.Number(item.Rows), item.Reason }
        );
}
