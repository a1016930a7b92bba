using Mued.PsDb.Foundation;

namespace Mued.PsDb;

public sealed partial record ReportDocument
{
    /// <summary>The document of a schema export.</summary>
    /// <param name="report">The report of the export.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(ExportReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new("export-schema", report)
        {
            Status = report.Status.ToString(),
            Summary = Texts.Get("Exported", Figures.Count(report.Relations, "table or view", "tables and views"), report.File),
            ExitCode = ExitCode.Done,
            Target = report.Target,
            Facts = Known(("Fact.Source", report.Source)),
        };
    }
}
