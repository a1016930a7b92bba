using Mued.PsDb.Foundation;
using Mued.PsDb.Reporting;
using Mued.PsDb.Tracing;

namespace Mued.PsDb;

public sealed partial record ReportDocument
{
    /// <summary>The document of a migration run.</summary>
    /// <param name="report">The report of the run.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(MigrationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var verification = report.Verification;
        return new("migrate", report)
        {
            Status = report.Status.ToString(),
            Summary = Summarize(report),
            ExitCode = CodeOf(report.Error, report.Status == RunStatus.Failed, ExitCode.CheckFailed),
            Target = report.Target,
            Facts = Known(
                Folder(report.Path, report.PathReason),
                ("Fact.Plan", report.Plan),
                Server(report.ServerVersion),
                ("Fact.Source", report.Source),
                ("Fact.Layout", report.LayoutReason),
                ("Fact.Ignored", Figures.List(report.Ignored)),
                ("Fact.Baseline", BaselineQuestion.Found(report.Baseline)),
                ("Fact.Verification", verification?.Expectation),
                Waits(report.Harm)
            ),
            StartedAt = report.StartedAt,
            Duration = report.Duration,
            Steps = [.. report.Migrations.Select(migration => Step(migration, report.Error))],
            Checks =
                verification is null ? []
                : verification.Results.Count > 0 ? verification.Results
                : verification.Failures,
            CheckCount = verification?.Checks ?? 0,
            CheckFailures = verification?.Failed ?? 0,
            Findings = report.Findings,
            Traces = report.Traces,
            Tables =
            [
                ReportTables.Retries(report.Migrations.SelectMany(item => item.Attempts.Select(attempt => (item.Name, attempt)))),
                Impacts(report.Migrations.SelectMany(item => item.Impacts.Select(impact => (item.Name, impact)))),
                .. ReportTables.Of(report.Harm),
            ],
            Warnings =
            [
                .. report.Warnings,
                .. BaselineQuestion.Remarks(report.Baseline),
                .. report.Missing.Select(name => Texts.Get("FileMissing", name)),
            ],
            Error = report.Error,
        };
    }

    private static string Summarize(MigrationReport report)
    {
        var counts = report
            .Migrations.GroupBy(migration => migration.Status)
            .OrderBy(group => group.Key)
            .Select(group => Texts.Get("Count." + group.Key, group.Count()))
            .ToList();
        var done = report.Status switch
        {
            RunStatus.NothingToDo => Texts.Get("NothingToDo"),
            RunStatus.DryRun => Texts.Get("RunRehearsed"),
            _ => counts.Count == 0 ? Texts.Get("NothingRun") : string.Join(", ", counts),
        };
        var checks = report.Verification switch
        {
            null => "",
            { Passed: true } passed => Texts.Get("AndChecksPassed", Figures.Count(passed.Checks, "check")),
            { } failed => Texts.Get("AndChecksFailed", failed.Failed, Figures.Count(failed.Checks, "check")),
        };
        return Texts.Get("MigrationSummary", done, checks, Figures.Duration(report.Duration));
    }

    private static ReportStep Step(MigrationResult migration, MuedError? error) =>
        new(
            migration.Name,
            migration.Status switch
            {
                MigrationStatus.Applied => StepOutcome.Done,
                MigrationStatus.Skipped => StepOutcome.Skipped,
                MigrationStatus.Pending => StepOutcome.Pending,
                _ => StepOutcome.Failed,
            },
            migration.Status.ToString()
        )
        {
            File = migration.File,
            Detail = Effect(migration.Impacts) + (migration.Reason ?? Figures.Count(migration.Statements, "statement")),
            Offset = migration.Offset,
            Duration = migration.Duration,
            Notices = migration.Notices,
            Error = migration.Status == MigrationStatus.Failed ? error : null,
        };

    // What a rehearsed migration makes others wait for comes first: that it was rolled back everybody knows.
    private static string Effect(IReadOnlyList<RelationImpact> impacts)
    {
        var rewritten = impacts.Where(impact => impact.Rewritten).Select(impact => impact.Relation).ToList();
        var locked = impacts
            .Where(impact => LockModes.Of(impact.LockModes) > Blocking.None)
            .Select(impact => Texts.Get("LockOf", impact.Relation, impact.LockModes[^1]))
            .ToList();
        return (rewritten.Count == 0 ? "" : Texts.Get("Rewrites", Figures.List(rewritten)))
            + (locked.Count == 0 ? "" : Texts.Get("Locks", Figures.List(locked)));
    }

    private static ReportTable Impacts(IEnumerable<(string Migration, RelationImpact Impact)> impacts) =>
        ReportTables.Of(
            "Impacts",
            impacts.Select(item =>
                new[]
                {
                    item.Migration,
                    item.Impact.Relation,
                    string.Join(", ", item.Impact.LockModes),
                    Texts.Get(item.Impact.Rewritten ? "Yes" : "No"),
                    Figures.Duration(item.Impact.Held),
                }
            )
        );
}
