using Mued.PsDb.Foundation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb;

public sealed partial record ReportDocument
{
    // More than these are in the JSON report.
    private const int TablesShown = 10;

    /// <summary>The document of a test of health.</summary>
    /// <param name="report">The report of the test.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(HealthReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new("test-health", report)
        {
            Status = report.Success ? "Passed" : "Failed",
            Summary = Texts.Get(
                report.Success ? "HealthPassed" : "HealthFailed",
                Figures.Count(report.Checks.Count, "check"),
                Count(RunbookStatus.Warning),
                Count(RunbookStatus.Unknown),
                Count(RunbookStatus.Failed)
            ),
            ExitCode = report.Success ? ExitCode.Done : ExitCode.CheckFailed,
            Target = report.Target,
            Facts = Known(
                Folder(report.Path, report.PathReason),
                Server(report.ServerVersion),
                ("Fact.Source", report.Source),
                (
                    "Fact.Size",
                    report.Size is { } size
                        ? Texts.Get("HealthSize", Figures.Bytes(size.Bytes), Figures.Bytes(size.TableBytes), Figures.Bytes(size.IndexBytes))
                        : null
                ),
                ("Fact.StatisticsSince", report.StatisticsSince is { } since ? Figures.Time(since) : null),
                ("Fact.Neon", Text(report.Neon))
            ),
            StartedAt = report.StartedAt,
            Duration = report.Duration,
            Steps = [.. report.Checks.Select(Step)],
            Tables = [LargestTables(report.Size?.Tables ?? [])],
        };

        int Count(RunbookStatus status) => report.Checks.Count(check => check.Status == status);
    }

    private static ReportStep Step(HealthCheck check) =>
        Judged(Texts.Get("Health." + check.Name), check.Status, TextFormat.Sentences(check.Detail, check.Advice));

    private static string? Text(NeonCompute? neon) =>
        neon is null
            ? null
            : Texts.Get(
                "HealthNeon",
                neon.Endpoint ?? Texts.Get("HealthNeonUnnamed"),
                Texts.Get(neon.Pooled ? "HealthNeonPooled" : "HealthNeonDirect"),
                Figures.Time(neon.RunningSince),
                neon.MaxConnections
            );

    private static ReportTable LargestTables(IReadOnlyList<HealthTable> tables) =>
        ReportTables.Of(
            "LargestTables",
            tables
                .Take(TablesShown)
                .Select(table =>
                    new[]
                    {
                        table.Name,
                        table.Rows is { } rows ? Figures.Number(rows) : "",
                        Figures.Bytes(table.Bytes),
                        Figures.Bytes(table.IndexBytes),
                        table.Growth switch
                        {
                            null => "",
                            < 0 => "-" + Figures.Bytes(-table.Growth.Value),
                            { } growth => "+" + Figures.Bytes(growth),
                        },
                    }
                )
        );
}
