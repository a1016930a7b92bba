using System.Text;

namespace Mued.PsDb.Commands;

/// <summary>How a report looks at the prompt: a short table, what failed first, and one line that sums it up.</summary>
internal static class ReportView
{
    private const int LongestName = 44;
    private const int MostChecks = 20;

    /// <summary>The lines of a report, for 80 columns.</summary>
    public static string Of(ReportDocument report)
    {
        var text = new StringBuilder();
        if (report.Steps.Count > 0)
            AppendSteps(text, report.Steps);
        AppendChecks(text, report.Checks);
        return text.Append(View.Status(report.Status)).Append(": ").Append(ForeignText.OneLine(report.Target)).Append(": ")
            .Append(ForeignText.OneLine(report.Summary)).ToString();
    }

    private static void AppendSteps(StringBuilder text, IReadOnlyList<ReportStep> steps)
    {
        var statusWidth = steps.Max(step => step.Status.Length);
        var nameWidth = Math.Min(steps.Max(step => step.Name.Length), LongestName);
        foreach (var step in steps.OrderBy(step => step.Outcome != StepOutcome.Failed))
        {
            var time = step.Duration > TimeSpan.Zero ? Figures.Duration(step.Duration) : "";
            var line = $"{View.Status(step.Status)}{new string(' ', statusWidth - step.Status.Length)}  {Fit(step.Name, nameWidth)}  {time,9}";
            text.AppendLine(line.TrimEnd());
            if (step.Error is { } error)
                text.Append(' ', 2).AppendLine(ForeignText.OneLine(error.Message));
        }

        text.AppendLine();
    }

    private static void AppendChecks(StringBuilder text, IReadOnlyList<SchemaCheck> checks)
    {
        var failed = checks.Where(check => check.Failed).ToList();
        foreach (var check in failed.Take(MostChecks))
        {
            text.Append(View.Status(check.Status)).AppendLine(ForeignText.OneLine($"  {check.Kind} {check.Name}"));
            if (check.Expected is not null && check.Actual is not null)
                text.AppendLine(ForeignText.OneLine($"  expected {check.Expected}, found {check.Actual}"));
        }

        if (failed.Count > MostChecks)
            text.AppendLine(Texts.Get("MoreChecks", failed.Count - MostChecks));
        if (failed.Count > 0)
            text.AppendLine();
    }

    private static string Fit(string name, int width)
    {
        var text = ForeignText.OneLine(name);
        return text.Length <= width ? text.PadRight(width) : text[..(width - 1)] + "…";
    }
}
