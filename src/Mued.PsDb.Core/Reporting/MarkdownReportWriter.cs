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
        WriteFindings(output, report);
        foreach (var warning in report.Warnings)
            output.Write($"> **{Texts.Get("Label.Warning").Trim()}** {Escape(warning)}\n\n");
        if (report.Steps.Count > 0)
        {
            WriteTable(output, ReportTables.Steps(report.Steps));
        }

        foreach (var table in report.Tables.Append(ReportTables.Notices(report.Steps)).Where(table => table.Rows.Count > 0))
        {
            output.Write($"### {Escape(table.Title)}\n\n");
            WriteTable(output, table);
        }

        WriteScripts(output, report.Scripts);
        if (report.Target is not null)
            output.Write($"- {Texts.Get("Heading.Target")}: {Escape(report.Target)}\n");
        foreach (var (name, value) in report.Facts)
            output.Write($"- {name}: {Escape(value)}\n");
        if (report.StartedAt is { } start)
            output.Write($"- {Texts.Get("Heading.Started")}: {Figures.Time(start)}\n");
    }

    private static void WriteError(TextWriter output, MuedError error)
    {
        output.Write($"> **{Escape(error.ErrorId)}:** {Escape(error.Message)}\n>\n");
        if (error.File is not null)
            output.Write($"> {Texts.Get("Label.At")}{Escape(TextReportWriter.Place(error))}\n>\n");
        if (error.SqlState is not null)
            output.Write($"> SQLSTATE {Escape(error.SqlState)}\n>\n");
        output.Write($"> {Escape(error.Advice)}\n\n");
    }

    private static void WriteChecks(TextWriter output, ReportDocument report)
    {
        if (report.CheckCount == 0)
            return;
        var table = ReportTables.Checks(report.Remarkable);
        output.Write($"### {table.Title}\n\n{report.CheckCounts}.\n\n");
        if (table.Rows.Count > 0)
            WriteTable(output, table);
    }

    private static void WriteFindings(TextWriter output, ReportDocument report)
    {
        if (report.Findings.Count == 0)
            return;
        var table = ReportTables.Findings(report.Findings);
        output.Write($"### {table.Title}\n\n");
        WriteTable(output, table);
        foreach (var file in report.Findings.SelectMany(finding => finding.Rewrite))
            output.Write($"> {Escape(file)}\n\n");
    }

    // A fence is longer than what the text has of its kind (CommonMark 4.5).
    private static void WriteScripts(TextWriter output, IReadOnlyList<ReportScript> scripts)
    {
        foreach (var script in scripts)
        {
            var text = string.Join('\n', UntrustedText.Lines(script.Text));
            var fence = "```";
            while (text.Contains(fence, StringComparison.Ordinal))
                fence += '`';
            output.Write($"### {Escape(script.Name)}\n\n{fence}sql\n{text}\n{fence}\n\n");
        }
    }

    private static void WriteTable(TextWriter output, ReportTable table)
    {
        output.Write($"| {string.Join(" | ", table.Columns)} |\n|");
        output.Write($"{string.Concat(table.Columns.Select((_, i) => table.Figures.Contains(i) ? " ---: |" : " --- |"))}\n");
        foreach (var row in table.Rows)
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
