using Mued.PsDb.Foundation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb;

public sealed partial record ReportDocument
{
    /// <summary>The document of an import.</summary>
    /// <param name="report">The report of the import.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(ImportReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var rehearsed = report.Status == RunStatus.DryRun;
        return new("import-history", report)
        {
            Status = report.Status.ToString(),
            Summary =
                report.Error?.Message
                ?? Texts.Get(
                    rehearsed ? "ImportRehearsed" : "ImportSummary",
                    Figures.Count(Count(ImportStatus.Imported), "migration"),
                    report.Tool,
                    Count(ImportStatus.Recorded),
                    Count(ImportStatus.Pending)
                ),
            ExitCode = CodeOf(report.Error, report.Status == RunStatus.Failed, ExitCode.MigrationFailed),
            Target = report.Target,
            Facts = Known(
                Folder(report.Path, report.PathReason),
                Server(report.ServerVersion),
                ("Fact.Source", report.Source),
                ("Fact.ForeignHistory", report.Table),
                Waits(report.Harm)
            ),
            StartedAt = report.StartedAt,
            Duration = report.Duration,
            Steps = [.. report.Migrations.Select(migration => Step(migration, rehearsed))],
            Tables = [.. ReportTables.Of(report.Harm)],
            Warnings = report.Warnings,
            Error = report.Error,
        };

        int Count(ImportStatus status) => report.Migrations.Count(migration => migration.Status == status);
    }

    private static ReportStep Step(ImportedMigration migration, bool rehearsed) =>
        new(
            migration.Name,
            migration.Status switch
            {
                ImportStatus.Imported when !rehearsed => StepOutcome.Done,
                ImportStatus.Recorded => StepOutcome.Skipped,
                _ => StepOutcome.Pending,
            },
            migration.Status.ToString()
        )
        {
            File = migration.File,
            Detail = migration.AppliedAt is { } at ? Texts.Get("ImportedAt", Figures.Time(at)) : null,
        };
}
