using Mued.PsDb.Foundation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb;

public sealed partial record ReportDocument
{
    /// <summary>The document of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>The same facts, laid out for whoever is to approve it.</returns>
    public static ReportDocument From(MigrationPlanReport plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new("plan", plan)
        {
            Status = plan.Status.ToString(),
            Summary = Summarize(plan),
            ExitCode = CodeOf(plan.Error, plan.Status == RunStatus.Failed, ExitCode.CheckFailed),
            Target = plan.Target,
            Facts = Known(
                Folder(plan.Path, plan.PathReason),
                ("Fact.Plan", plan.Plan ?? plan.Checksum),
                Server(plan.ServerVersion),
                ("Fact.Cluster", plan.Database.SystemIdentifier),
                ("Fact.Source", plan.Source),
                ("Fact.Layout", plan.LayoutReason),
                ("Fact.Ignored", Figures.List(plan.Ignored)),
                ("Fact.Baseline", BaselineQuestion.Found(plan.Baseline)),
                ("Fact.Tested", plan.TestedOn),
                Waits(plan.Harm)
            ),
            StartedAt = plan.StartedAt,
            Duration = plan.Duration,
            Steps = [.. plan.Migrations.Select(item => Step(item, plan.Error))],
            Findings = plan.Findings,
            Traces = plan.Traces,
            Tables = [Switches(plan.Effects), Files(plan.Migrations), Impacts(plan.Migrations), .. ReportTables.Of(plan.Harm)],
            Scripts = [.. plan.Migrations.Where(item => item.Sql is not null).Select(item => new ReportScript(item.Name, item.Sql!))],
            Warnings =
            [
                .. plan.Warnings,
                .. BaselineQuestion.Remarks(plan.Baseline),
                .. plan.Missing.Select(name => Texts.Get("FileMissing", name)),
            ],
            Error = plan.Error,
        };
    }

    private static string Summarize(MigrationPlanReport plan)
    {
        var acts = plan.Migrations.Where(item => item.Acts).ToList();
        var locked = acts.SelectMany(item => item.Impacts).Select(impact => impact.Relation).Distinct(StringComparer.Ordinal).Count();
        return plan.Error is { } error ? error.Message
            : acts.Count == 0 ? Texts.Get("NothingToDo")
            : Texts.Get(
                "PlanSummary",
                Figures.Count(acts.Count(item => item.Runs), "migration"),
                Figures.Count(acts.Where(item => item.Runs).Sum(item => item.Statements), "statement"),
                acts.Count(item => !item.Runs),
                Figures.Count(locked, "relation")
            );
    }

    private static ReportStep Step(PlannedMigration item, MuedError? error)
    {
        var failed = error?.TargetName == item.Name;
        return new(
            item.Name,
            failed ? StepOutcome.Failed
                : item.Acts || item.Action == PlanAction.Defer ? StepOutcome.Pending
                : StepOutcome.Skipped,
            item.Action.ToString()
        )
        {
            File = item.File,
            Detail = Effect(item.Impacts) + (item.Rehearsal ?? item.Reason ?? Figures.Count(item.Statements, "statement")),
            Error = failed ? error : null,
        };
    }

    private static ReportTable Switches(IReadOnlyList<PlanEffect> effects) =>
        ReportTables.Of("Switches", effects.Select(effect => new[] { effect.Switch, effect.Value, effect.Effect }));

    private static ReportTable Files(IReadOnlyList<PlannedMigration> migrations) =>
        ReportTables.Of(
            "PlanFiles",
            from item in migrations
            where item.Sql is not null
            select new[]
            {
                item.Name,
                item.TextChecksum ?? "",
                item.Commit is null ? Texts.Get("None") : item.Commit.Id[..12] + (item.Commit.Modified ? Texts.Get("CommitModified") : ""),
                item.Commit?.Author ?? "",
                item.Commit is { } commit ? Figures.Time(commit.AuthoredAt) : "",
                item.Commit?.Subject ?? "",
            }
        );

    private static ReportTable Impacts(IReadOnlyList<PlannedMigration> migrations) =>
        Impacts(migrations.SelectMany(item => item.Impacts.Select(impact => (item.Name, impact))));
}
