using Mued.PsDb.Fleet;
using Mued.PsDb.Foundation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb;

public sealed partial record ReportDocument
{
    /// <summary>The documents of the targets of a fleet, in their order; empty for a report of one target.</summary>
    public IReadOnlyList<ReportDocument> Parts { get; init; } = [];

    /// <summary>The document of one target of a fleet, with or without a report; every error names the target.</summary>
    /// <param name="command">The command.</param>
    /// <param name="outcome">What became of the target.</param>
    internal static ReportDocument Part(string command, FleetOutcome<ConnectionSettings, ReportDocument> outcome)
    {
        var target = outcome.Target.Target;
        if (outcome.StartedAt is null)
            return new(command, new FleetTarget(target, FleetTarget.NotRun))
            {
                Target = target,
                Status = FleetTarget.NotRun,
                Summary = Texts.Get("TargetNotRun"),
                ExitCode = ExitCode.Done,
            };
        var document = outcome.Result ?? From(command, MuedError.From(outcome.Error!));
        return document with
        {
            Target = target,
            StartedAt = document.StartedAt ?? outcome.StartedAt,
            Duration = outcome.Duration,
            Error = document.Error?.About(target),
        };
    }

    /// <summary>The document of what was given as a target of a command and could not be read.</summary>
    internal static ReportDocument Part(string command, string given, MuedError error) =>
        From(command, error.About(given)) with
        {
            Target = given,
            StartedAt = DateTimeOffset.UtcNow,
        };

    /// <summary>The document of a command on many targets.</summary>
    /// <param name="report">The report, whose targets are those of the parts.</param>
    /// <param name="parts">The documents of the targets.</param>
    internal static ReportDocument From(FleetReport report, IReadOnlyList<ReportDocument> parts) =>
        new(report.Command, report)
        {
            Status = report.Status.ToString(),
            Summary = Summarize(report),
            ExitCode = report.ExitCode,
            Facts =
            [
                .. parts.SelectMany(part => part.Facts).Where(fact => fact.Key == Texts.Get("Fact.Migrations")).Take(1),
                .. Known(("Fact.Shard", report.Shard)),
            ],
            StartedAt = report.StartedAt,
            Duration = report.Duration,
            Steps = [.. parts.Select(StepOf).OrderBy(step => step.Outcome != StepOutcome.Failed)],
            Parts = parts,
        };

    /// <summary>What a combined report holds of a target: all that failed, and of what passed how much it was.</summary>
    internal ReportDocument Abridged() =>
        this with
        {
            Checks = [.. Checks.Where(check => check.Status != CheckStatus.Passed)],
            Content = Content is MigrationReport { Verification: { } verification } migration
                ? migration with
                {
                    Verification = verification with { Results = [] },
                }
                : Content,
        };

    /// <summary>The target of a fleet that this is the document of.</summary>
    internal FleetTarget ToFleetTarget() =>
        new(Target!, Status)
        {
            ExitCode = Status == FleetTarget.NotRun ? null : ExitCode,
            Summary = Summary,
            Duration = Duration,
            Error = Error,
            Report = HasBody && Status != FleetTarget.NotRun ? Content : null,
        };

    /// <summary>One line that tells how a target of a fleet ended.</summary>
    internal string Line
    {
        get
        {
            var (message, named) = (Error?.Message ?? Summary, Target + ": ");
            return $"{Status, -11}  {Target}  {UntrustedText.OneLine(message.StartsWith(named, StringComparison.Ordinal) ? message[named.Length..] : message)}";
        }
    }

    private static ReportStep StepOf(ReportDocument part) =>
        new(
            part.Target!,
            part.Failed ? StepOutcome.Failed
                : part.Status == FleetTarget.NotRun ? StepOutcome.Pending
                : part.Status == nameof(RunStatus.NothingToDo) ? StepOutcome.Skipped
                : StepOutcome.Done,
            part.Status
        )
        {
            Detail = part.Error?.Message ?? part.Summary,
            Duration = part.Duration,
        };

    private static string Summarize(FleetReport report)
    {
        if (report.Targets.Count == 0)
            return Texts.Get(report.Shard is null ? "FleetWithoutInput" : "FleetEmpty");
        var rest =
            (report.Failed > 0 ? Texts.Get("FleetFailed", report.Failed) : "")
            + (report.NotRun > 0 ? Texts.Get("FleetNotRun", report.NotRun) : "");
        return Texts.Get("FleetSummary", report.Succeeded, report.Targets.Count, rest, Figures.Duration(report.Duration));
    }
}
