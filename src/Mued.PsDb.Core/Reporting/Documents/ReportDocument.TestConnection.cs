using Mued.PsDb.Foundation;

namespace Mued.PsDb;

public sealed partial record ReportDocument
{
    /// <summary>The document of a connection test.</summary>
    /// <param name="report">The report of the test.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(ConnectionReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var (checks, failed) = (
            Figures.Count(report.Checks.Count, "check"),
            report.Checks.Count(check => check.Status == ConnectionCheckStatus.Failed)
        );
        var summary =
            failed == 0
                ? Texts.Get("ConnectionChecksPassed", checks, Figures.Duration(report.Latency ?? default))
                : Texts.Get("ConnectionChecksFailed", failed, checks);
        return new("test-connection", report)
        {
            Status = report.Success ? "Passed" : "Failed",
            Summary = report.Error?.Message ?? summary,
            ExitCode = CodeOf(report.Error, !report.Success, ExitCode.CheckFailed),
            Target = report.Target,
            Facts = Known(
                Folder(report.Path, report.PathReason),
                Server(report.ServerVersion),
                ("Fact.Source", report.Source),
                (
                    "Fact.Encryption",
                    report.ServerVersion is null ? null
                    : report.Tls ? $"{report.TlsProtocol} {report.TlsCipher}"
                    : Texts.Get("None")
                ),
                ("Fact.Phase2", report.Phase2?.ToString())
            ),
            Duration = report.ConnectDuration ?? default,
            Steps = report.Error is null ? [.. report.Checks.Select(Step)] : [],
            Warnings = report.Warnings,
            Error = report.Error,
        };
    }

    private static ReportStep Step(ConnectionCheck check) =>
        new(
            check.Name,
            check.Status switch
            {
                ConnectionCheckStatus.Passed => StepOutcome.Done,
                ConnectionCheckStatus.Warning => StepOutcome.Attention,
                _ => StepOutcome.Failed,
            },
            check.Status.ToString()
        )
        {
            Detail = TextFormat.Sentences(check.Detail, check.Advice),
        };
}
