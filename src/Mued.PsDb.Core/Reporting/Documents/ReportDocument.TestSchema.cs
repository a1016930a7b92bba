using Mued.PsDb.Foundation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb;

public sealed partial record ReportDocument
{
    /// <summary>The document of a schema test.</summary>
    /// <param name="report">The report of the test.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(SchemaReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var (checks, duration) = (Figures.Count(report.Checks.Count, "check"), Figures.Duration(report.Duration));
        return new("test-schema", report)
        {
            Status = report.Passed ? "Passed" : "Failed",
            Summary = report.Passed
                ? Texts.Get("SchemaPassed", checks, duration)
                : Texts.Get("SchemaFailed", report.Failed, checks, duration),
            ExitCode = report.Passed ? ExitCode.Done : ExitCode.CheckFailed,
            Target = report.Target,
            Facts = Known(
                ("Fact.Expectation", Chosen(report.Expectation, report.PathReason)),
                Server(report.ServerVersion),
                ("Fact.Source", report.Source),
                ("Fact.NotCompared", string.Join("; ", report.NotCompared))
            ),
            StartedAt = report.StartedAt,
            Duration = report.Duration,
            Checks = report.Checks,
            CheckCount = report.Checks.Count,
            CheckFailures = report.Failed,
            Tables = [Sizes(report.Tables)],
        };
    }

    private static ReportTable Sizes(IReadOnlyList<TableSize> tables) =>
        ReportTables.Of(
            "Sizes",
            from table in tables
            select new[]
            {
                table.Table,
                Figures.Number(table.Rows),
                Figures.Bytes(table.HeapBytes),
                Figures.Bytes(table.IndexBytes),
                Figures.Bytes(table.TotalBytes),
            }
        );
}
