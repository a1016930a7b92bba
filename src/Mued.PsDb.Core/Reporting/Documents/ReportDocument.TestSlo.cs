using System.Globalization;
using Mued.PsDb.Foundation;
using Mued.PsDb.Metrics;

namespace Mued.PsDb;

public sealed partial record ReportDocument
{
    /// <summary>The document of a test of the objectives.</summary>
    /// <param name="report">The report of the test.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(SloReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        List<ReportStep> steps = [.. report.Objectives.Select(Step), Step(report.Cost), MissingStep(report)];
        var failed = steps.Count(step => step.Outcome == StepOutcome.Failed);
        return new("test-slo", report)
        {
            Status = report.Success ? "Passed" : "Failed",
            Summary = Texts.Get(
                failed == 0 ? "SloPassed" : "SloFailed",
                failed,
                steps.Count,
                CalendarDays.Text(report.From),
                CalendarDays.Text(report.To),
                Figures.Count(report.Queries, "query", "queries")
            ),
            ExitCode = report.Success ? ExitCode.Done : ExitCode.CheckFailed,
            Target = report.Target,
            Facts = Known(("Fact.Source", report.Source), ("Fact.TimeZone", report.TimeZone)),
            StartedAt = report.StartedAt,
            Duration = report.Duration,
            Steps = steps,
            Charts = ChartsOf(report),
            Warnings =
            [
                .. report.Outliers.Select(day =>
                    Texts.Get("SloOutlier", CalendarDays.Text(day.Day), Value(day.Cost), Value(Math.Round(day.Limit, 2)))
                ),
            ],
        };
    }

    private static ReportStep Step(SloResult result) =>
        Judged(
            result.Name,
            result.Status,
            Texts.Get(
                result.AtLeast ? "SloAtLeast" : "SloAtMost",
                Value(result.Value),
                Value(result.Target),
                result.Trend is { } trend ? Texts.Get("SloTrend", trend.ToString("+0.##;-0.##;0", CultureInfo.InvariantCulture)) : "",
                result.DaysMissed == 0 ? "" : Texts.Get("SloMissed", Figures.Count(result.DaysMissed, "day")),
                Value(result.BudgetLeft)
            )
        );

    private static ReportStep Step(CostOutlook cost) =>
        Judged(
            Texts.Get("SloMonth", cost.Month.ToString("yyyy-MM", CultureInfo.InvariantCulture)),
            cost.Status,
            Texts.Get(
                "SloCost",
                Value(cost.ToDate),
                Value(cost.Forecast),
                cost.Budget is { } budget ? Texts.Get("SloBudget", Value(budget)) : ""
            )
        );

    private static ReportStep MissingStep(SloReport report) =>
        Judged(
            Texts.Get("SloDays"),
            report.MissingDays.Count == 0 ? RunbookStatus.Passed : RunbookStatus.Failed,
            report.MissingDays.Count == 0
                ? Texts.Get("SloDaysAll")
                : Texts.Get("SloDaysMissing", Figures.List([.. report.MissingDays.Select(CalendarDays.Text)])!)
        );

    // Unknown is no failure and no success.
    private static ReportStep Judged(string name, RunbookStatus status, string detail) =>
        new(
            name,
            status switch
            {
                RunbookStatus.Passed => StepOutcome.Done,
                RunbookStatus.Failed => StepOutcome.Failed,
                _ => StepOutcome.Attention,
            },
            status.ToString()
        )
        {
            Detail = detail,
        };

    private static List<ReportChart> ChartsOf(SloReport report)
    {
        var first = report.Days.Count == 0 ? report.From : report.Days[0].Day;
        var rows = report.Days.ToDictionary(day => day.Day);
        List<DateOnly> days = [.. Enumerable.Range(0, report.To.DayNumber - first.DayNumber + 1).Select(first.AddDays)];
        var goals = report.Objectives.ToDictionary(item => item.Name, item => (decimal?)item.Target);
        return
        [
            Chart("CitationRate", Line(nameof(SloObjectives.CitationRate), day => day.CitationRate)),
            Chart(
                "Latency",
                Line(nameof(SloObjectives.LatencyP50), day => day.LatencyP50Ms),
                Line(nameof(SloObjectives.LatencyP95), day => day.LatencyP95Ms)
            ),
            Chart("Cost", Line(nameof(SloObjectives.Cost), day => day.CostPerAnswer)),
            Chart("Volume", Line("Queries", day => day.Queries)),
        ];

        ReportChart Chart(string name, params ReportSeries[] lines) =>
            new(Texts.Get("Chart." + name), [.. days.Select(CalendarDays.Text)], lines);

        ReportSeries Line(string name, Func<DayFigures, decimal?> figure) =>
            new(name, [.. days.Select(day => rows.TryGetValue(day, out var row) ? figure(row) : null)], goals.GetValueOrDefault(name));
    }
}
