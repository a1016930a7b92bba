using System.Text;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Reporting;

/// <summary>A Markdown page (GitHub's dialect, which Azure Pipelines summaries render as well).</summary>
internal sealed class MarkdownReportWriter : IReportWriter
{
    private const string Special = @"\`*_[]#|~<>&!@$";

    public void Write(ReportDocument report, TextWriter output)
    {
        output.Write($"## mued-psdb {report.Command}: {report.Status}\n\n");
        output.Write($"{Escape(report.Summary)}\n\n");
        if (report.Error is { } error)
            WriteError(output, error);
        WriteChecks(output, report);
        foreach (var warning in report.Warnings)
            output.Write($"> **Warning:** {Escape(warning)}\n\n");
        if (report.Steps.Count > 0)
        {
            WriteTable(
                output,
                ["Status", "Name", "Duration", "Detail"],
                report.Steps.Select(step =>
                    (IReadOnlyList<string>)
                        [step.Status, step.Name, step.Duration > TimeSpan.Zero ? Figures.Duration(step.Duration) : "", step.Detail ?? ""]
                )
            );
        }

        foreach (var table in report.Tables)
        {
            output.Write($"### {Escape(table.Title)}\n\n");
            WriteTable(output, table.Columns, table.Rows);
        }

        var notices = report.Steps.SelectMany(step => step.Notices.Select(notice => (step.Name, notice))).ToList();
        if (notices.Count > 0)
        {
            output.Write("### Notices\n\n");
            WriteTable(
                output,
                ["Name", "Severity", "SQLSTATE", "Message"],
                notices.Select(item => (IReadOnlyList<string>)[item.Name, item.notice.Severity, item.notice.SqlState, item.notice.Message])
            );
        }

        if (report.Target is not null)
            output.Write($"- Target: {Escape(report.Target)}\n");
        foreach (var (name, value) in report.Facts)
            output.Write($"- {name}: {Escape(value)}\n");
        if (report.StartedAt is { } start)
            output.Write($"- Started: {Figures.Time(start)}\n");
    }

    private static void WriteError(TextWriter output, MuedError error)
    {
        output.Write($"> **{Escape(error.ErrorId)}:** {Escape(error.Message)}\n>\n");
        if (error.File is not null)
            output.Write($"> At {Escape(TextReportWriter.Place(error))}\n>\n");
        if (error.SqlState is not null)
            output.Write($"> SQLSTATE {Escape(error.SqlState)}\n>\n");
        output.Write($"> {Escape(error.Advice)}\n\n");
    }

    private static void WriteChecks(TextWriter output, ReportDocument report)
    {
        if (report.CheckCount == 0)
            return;
        output.Write($"### Checks\n\n{Figures.Count(report.CheckCount, "check")}, {Figures.Number(report.CheckFailures)} failed.\n\n");
        var remarkable = report.Checks.Where(check => check.Status != CheckStatus.Passed).OrderBy(check => !check.Failed).ToList();
        if (remarkable.Count > 0)
        {
            WriteTable(
                output,
                ["Status", "Kind", "Name", "Expected", "Actual", "Advice"],
                remarkable.Select(check =>
                    (IReadOnlyList<string>)
                        [
                            $"{check.Status}{(check.Failed ? "" : $" ({check.Severity})")}",
                            check.Kind,
                            check.Name,
                            check.Expected ?? "",
                            check.Actual ?? "",
                            check.Advice ?? "",
                        ]
                )
            );
        }
    }

    private static void WriteTable(TextWriter output, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        output.Write($"| {string.Join(" | ", columns)} |\n|{string.Concat(Enumerable.Repeat(" --- |", columns.Count))}\n");
        foreach (var row in rows)
            output.Write($"| {string.Join(" | ", row.Select(Escape))} |\n");
        output.Write('\n');
    }

    // Backslashes before punctuation (CommonMark 2.4), so that no text makes a link, a tag, a cell or a heading;
    // "://" and "www." are taken apart as well, because GitHub's dialect links them on sight.
    private static string Escape(string text)
    {
        var visible = UntrustedText.Visible(text).Trim();
        var result = new StringBuilder(visible.Length + 16);
        for (var i = 0; i < visible.Length; i++)
        {
            var c = visible[i];
            var before = result.Length;
            if (c == '\n')
                result.Append("<br>");
            else if (c == '&')
                result.Append("&amp;");
            else if (c == '<')
                result.Append("&lt;");
            else if (
                Special.Contains(c, StringComparison.Ordinal)
                || (i == 0 && c is '-' or '+' or '=')
                || (c is '.' or ')' && visible.AsSpan(0, i).IndexOfAnyExceptInRange('0', '9') < 0)
                || (c == ':' && visible.AsSpan(i).StartsWith("://", StringComparison.Ordinal))
                || (c == '.' && visible.AsSpan(0, i).EndsWith("www", StringComparison.OrdinalIgnoreCase))
            )
                result.Append('\\').Append(c);
            if (result.Length == before)
                result.Append(c == '\t' ? ' ' : c);
        }

        return result.ToString();
    }
}
