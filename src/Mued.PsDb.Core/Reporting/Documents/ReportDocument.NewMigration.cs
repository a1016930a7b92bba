using Mued.PsDb.Foundation;

namespace Mued.PsDb;

public sealed partial record ReportDocument
{
    /// <summary>The document of a new migration.</summary>
    /// <param name="report">The report on it.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(NewMigrationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new("new-migration", report)
        {
            Status = nameof(RunStatus.Succeeded),
            Summary = Texts.Get("NewSummary", report.Name),
            ExitCode = ExitCode.Done,
            Facts = Known(Folder(report.Path, report.PathReason), ("Fact.Layout", report.Layout.ToString())),
            Steps = [.. report.Files.Select(file => new ReportStep(file, StepOutcome.Done, Texts.Get("Step.Written")) { File = file })],
        };
    }
}
