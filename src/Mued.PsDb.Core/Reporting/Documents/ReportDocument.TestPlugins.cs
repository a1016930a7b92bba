using Mued.PsDb.Foundation;

namespace Mued.PsDb;

public sealed partial record ReportDocument
{
    /// <summary>The document of a test of plugins.</summary>
    /// <param name="report">The report of the test.</param>
    /// <returns>The same facts, laid out for people.</returns>
    public static ReportDocument From(PluginReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        List<ReportStep> steps =
        [
            .. report.Checks.Select(check => Judged(check.Name, check.Status, check.Detail)),
            .. report.Plugins.Select(Step),
        ];
        return new("test-plugins", report)
        {
            Status = report.Success ? "Passed" : "Failed",
            Summary = Texts.Get(
                report.Success ? "PluginsPassed" : "PluginsFailed",
                Figures.Count(report.Plugins.Count, "plugin"),
                report.Plugins.Count(plugin => plugin.Health != PluginHealth.NotAsked),
                steps.Count(step => step.Outcome == StepOutcome.Failed)
            ),
            ExitCode = report.Success ? ExitCode.Done : ExitCode.CheckFailed,
            Target = report.Target,
            Facts = Known(("Fact.Source", report.Source)),
            StartedAt = report.StartedAt,
            Duration = report.Duration,
            Steps = steps,
        };
    }

    private static ReportStep Step(PluginResult result)
    {
        var told = result.Checks.Where(check => check.Detail.Length > 0).Select(check => $"{check.Name}: {check.Detail}");
        return Judged(result.Plugin.Name, result.Status, string.Join("; ", told)) with { Duration = result.Latency ?? default };
    }
}
