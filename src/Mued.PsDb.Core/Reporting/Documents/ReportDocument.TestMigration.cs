using Mued.PsDb.Foundation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb;

public sealed partial record ReportDocument
{
    /// <summary>The document of a migration test.</summary>
    /// <param name="report">The report of the test.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(MigrationTestReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new("test-migration", report)
        {
            Status = report.Passed ? "Passed" : "Failed",
            Summary = Texts.Get(
                "TestSummary",
                Figures.Count(report.Migrations.Count, "migration"),
                Figures.Count(report.Migrations.Sum(migration => migration.Statements.Count), "statement"),
                Counts(report.Findings),
                Figures.Duration(report.Duration)
            ),
            ExitCode = CodeOf(report.Error, !report.Passed, ExitCode.CheckFailed),
            Target = report.Target,
            Facts = Known(
                Folder(report.Path, report.PathReason),
                Server(report.ServerVersion),
                ("Fact.Source", report.Source),
                ("Fact.Base", report.Base),
                Waits(report.Harm)
            ),
            StartedAt = report.StartedAt,
            Duration = report.Duration,
            Steps = [.. report.Migrations.Select(migration => Step(migration, report))],
            Findings = report.Findings,
            FailOn = report.FailOn,
            Traces = report.Migrations,
            Tables = [Locks(report.Migrations), .. ReportTables.Of(report.Harm)],
            Warnings = report.Warnings,
            Error = report.Error,
        };
    }

    private static string Counts(IReadOnlyList<SafetyFinding> findings) =>
        findings.Count == 0
            ? Texts.Get("NoFindings")
            : string.Join(
                ", ",
                findings
                    .GroupBy(finding => finding.Severity)
                    .OrderBy(group => group.Key)
                    .Select(group => Figures.Count(group.Count(), group.Key.ToString().ToLowerInvariant()))
            );

    private static ReportStep Step(MigrationTrace migration, MigrationTestReport report)
    {
        var failed = report.Error is not null && migration == report.Migrations[^1];
        var worst = report
            .Findings.Where(finding => finding.Migration == migration.Name)
            .Select(finding => finding.Severity)
            .DefaultIfEmpty(FindingSeverity.Note)
            .Min();
        var fails = report.Findings.Any(finding => finding.Migration == migration.Name && finding.Fails(report.FailOn));
        var outcome =
            failed || fails ? StepOutcome.Failed
            : worst == FindingSeverity.Warning ? StepOutcome.Attention
            : StepOutcome.Done;
        return new(migration.Name, outcome, Texts.Get(failed ? "Step.Failed" : "Step.Traced"))
        {
            File = migration.File,
            Detail = Figures.Count(migration.Statements.Count, "statement"),
            Error = failed ? report.Error : null,
        };
    }

    private static ReportTable Locks(IReadOnlyList<MigrationTrace> migrations) =>
        ReportTables.Of(
            "StatementLocks",
            from migration in migrations
            from statement in migration.Statements
            from relation in statement.Relations
            where relation.LockModes.Count > 0 || relation.Rewritten || relation.Scans > 0 || relation.IndexesBuilt.Count > 0
            select new[]
            {
                $"{migration.Name}:{statement.Line}",
                statement.Command,
                relation.Relation,
                string.Join(", ", relation.LockModes),
                Texts.Get(relation.Rewritten ? "Yes" : "No"),
                Figures.Number(relation.Scans),
                string.Join(", ", relation.IndexesBuilt),
            }
        );
}
