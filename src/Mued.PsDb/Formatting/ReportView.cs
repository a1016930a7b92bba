using System.Text;
using Mued.PsDb.Foundation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Commands;

/// <summary>How a report looks at the prompt: a short table, what failed first, and one sentence that sums it up.</summary>
internal sealed class ReportView
{
    private const int DefaultWidth = 80;
    private const int LongestName = 44;
    private const int MostChecks = 20;
    private const int Indent = 2;

    private readonly StringBuilder text = new();
    private readonly int width;

    /// <param name="hostWidth">The columns of the host, 0 where it has none.</param>
    public ReportView(int hostWidth) => width = (hostWidth > 40 ? hostWidth : DefaultWidth) - 1;

    /// <summary>The lines of a run or of a schema test.</summary>
    public string Of(ReportDocument report)
    {
        if (report.Steps.Count > 0)
            AppendSteps(report.Steps);
        AppendChecks(report.Checks);
        return Summary(report.Status, report.Target, report.Summary);
    }

    /// <summary>The lines of a connection test.</summary>
    public string Of(ConnectionReport report)
    {
        var nameWidth = report.Checks.Select(check => check.Name.Length).DefaultIfEmpty().Max();
        foreach (var check in report.Checks.OrderBy(check => check.Status == ConnectionCheckStatus.Passed))
        {
            var status = check.Status.ToString();
            var indent = 9 + nameWidth + 2;
            text.Append(View.Status(status)).Append(' ', 9 - status.Length).Append(Fit(check.Name, nameWidth)).Append("  ");
            AppendWrapped(check.Detail, indent, indent);
            if (check.Advice is not null)
                AppendWrapped(check.Advice, 0, indent);
        }

        if (report.Checks.Count > 0)
            text.AppendLine();
        return Summary(
            report.Success ? "Succeeded" : "Failed",
            report.Target,
            report.Error?.Message
                ?? Texts.Get(
                    "ConnectionSummary",
                    report.ServerVersion,
                    Figures.Duration(report.Latency),
                    report.TlsProtocol ?? Texts.Get("NoTls"),
                    report.Phase2
                )
        );
    }

    private void AppendSteps(IReadOnlyList<ReportStep> steps)
    {
        var statusWidth = steps.Max(step => step.Status.Length);
        var nameWidth = Math.Min(steps.Max(step => step.Name.Length), LongestName);
        foreach (var step in steps.OrderBy(step => step.Outcome != StepOutcome.Failed))
        {
            var time = step.Duration > TimeSpan.Zero ? Figures.Duration(step.Duration).PadLeft(9) : "";
            text.Append(View.Status(step.Status))
                .Append(' ', statusWidth - step.Status.Length + 2)
                .AppendLine($"{Fit(step.Name, nameWidth)}  {time}".TrimEnd());
            if (step.Error is { } error)
                AppendWrapped(ErrorRecords.Message(error), 0, Indent);
        }

        text.AppendLine();
    }

    private void AppendChecks(IReadOnlyList<SchemaCheck> checks)
    {
        var failed = checks.Where(check => check.Failed).ToList();
        foreach (var check in failed.Take(MostChecks))
        {
            var status = check.Status.ToString();
            text.Append(View.Status(status)).Append("  ");
            AppendWrapped($"{check.Kind} {check.Name}", status.Length + 2, Indent);
            if (check.Expected is not null && check.Actual is not null)
                AppendWrapped(Texts.Get("ExpectedFound", check.Expected, check.Actual), 0, Indent);
        }

        if (failed.Count > MostChecks)
            AppendWrapped(Texts.Get("MoreChecks", failed.Count - MostChecks), 0, 0);
        if (failed.Count > 0)
            text.AppendLine();
    }

    private string Summary(string status, string? target, string sentence)
    {
        text.Append(View.Status(status)).Append(": ");
        // The message of a connection that failed names its target itself.
        AppendWrapped(
            target is null || sentence.StartsWith(target, StringComparison.Ordinal) ? sentence : $"{target}: {sentence}",
            status.Length + 2,
            Indent
        );
        return text.ToString().TrimEnd();
    }

    // The formatter itself breaks lines in the middle of a word.
    private void AppendWrapped(string words, int column, int indent)
    {
        foreach (var word in UntrustedText.OneLine(words).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (column > indent && column + 1 + word.Length > width)
            {
                text.AppendLine();
                column = 0;
            }

            var space =
                column == 0 ? indent
                : text[^1] == ' ' ? 0
                : 1;
            text.Append(' ', space).Append(word);
            column += space + word.Length;
        }

        text.AppendLine();
    }

    private static string Fit(string name, int width)
    {
        var one = UntrustedText.OneLine(name);
        return one.Length <= width ? one.PadRight(width) : one[..(width - 1)] + "…";
    }
}
