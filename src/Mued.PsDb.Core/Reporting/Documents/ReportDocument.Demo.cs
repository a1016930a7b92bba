using Mued.PsDb.Foundation;

namespace Mued.PsDb;

public sealed partial record ReportDocument
{
    /// <summary>The document of a demo.</summary>
    /// <param name="report">The report of the demo.</param>
    /// <returns>One step for each of its parts.</returns>
    public static ReportDocument From(DemoReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        ReportDocument[] parts = [From(report.Connection), From(report.Migration), From(report.Schema), From(report.SecondRun)];
        return new("demo", report)
        {
            Status = report.Status.ToString(),
            Summary = report.Status == RunStatus.Succeeded ? Texts.Get("DemoSucceeded") : Texts.Get("DemoFailed"),
            ExitCode =
                report.Status == RunStatus.Succeeded
                    ? ExitCode.Done
                    : parts.Select(part => part.ExitCode).FirstOrDefault(code => code != ExitCode.Done, ExitCode.CheckFailed),
            Target = report.Connection.Target,
            Facts = Known(Server(report.Connection.ServerVersion), ("Fact.Url", report.Url), ("Fact.StopCommand", report.StopCommand)),
            StartedAt = report.Migration.StartedAt,
            Duration = new[]
            {
                report.Connection.ConnectDuration ?? default,
                report.Migration.Duration,
                report.Schema.Duration,
                report.SecondRun.Duration,
            }.Aggregate((sum, part) => sum + part),
            Steps =
            [
                .. parts.Select(part => new ReportStep(part.Command, part.Failed ? StepOutcome.Failed : StepOutcome.Done, part.Status)
                {
                    Detail = part.Summary,
                    Duration = part.Duration,
                    Error = part.Error,
                }),
            ],
            Checks = report.Schema.Checks,
            CheckCount = report.Schema.Checks.Count,
            CheckFailures = report.Schema.Failed,
            Error = parts.Select(part => part.Error).FirstOrDefault(error => error is not null),
        };
    }
}
