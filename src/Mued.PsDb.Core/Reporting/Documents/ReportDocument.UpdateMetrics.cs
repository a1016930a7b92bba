using System.Globalization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

public sealed partial record ReportDocument
{
    /// <summary>The document of an update of the metrics.</summary>
    /// <param name="report">The report of the update.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(MetricsReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new("update-metrics", report)
        {
            Status = report.Status.ToString(),
            Summary = Texts.Get(
                "MetricsUpdated",
                Count(MetricsStatus.Added),
                Count(MetricsStatus.Updated),
                Count(MetricsStatus.Unchanged),
                Figures.Count(report.Days.Count, "day"),
                Figures.Duration(report.Duration)
            ),
            ExitCode = ExitCode.Done,
            Target = report.Target,
            Facts = Known(("Fact.Source", report.Source), ("Fact.TimeZone", report.TimeZone)),
            StartedAt = report.StartedAt,
            Duration = report.Duration,
            Steps = [.. report.Days.Select(Step)],
        };

        int Count(MetricsStatus status) => report.Days.Count(day => day.Status == status);
    }

    private static ReportStep Step(MetricsDay day) =>
        new(
            day.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            day.Status == MetricsStatus.Unchanged ? StepOutcome.Skipped : StepOutcome.Done,
            day.Status.ToString()
        )
        {
            Detail =
                day.Queries == 0
                    ? Dialogues(day)
                    : Texts.Get("MetricsDetail", Dialogues(day), Value(day.CitationRate), Value(day.LatencyP95Ms), Value(day.CostPerAnswer))
                        + Missed(day),
        };

    private static string Dialogues(MetricsDay day) => Figures.Count(day.Queries, "query", "queries");

    private static string Value(decimal? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "?";

    private static string Missed(MetricsDay day)
    {
        var missed = new[]
        {
            (day.CitationRateMet, "citation rate"),
            (day.LatencyMet, "latency"),
            (day.CostMet, "cost"),
            (day.RelevanceMet, "relevance"),
        }
            .Where(part => part.Item1 == false)
            .Select(part => part.Item2)
            .ToList();
        return missed.Count == 0 ? "" : Texts.Get("MetricsMissed", string.Join(", ", missed));
    }
}
