using System.Globalization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Reporting;

/// <summary>
/// One self-contained page for the browser, in dark and light: the timeline as SVG, checks, sizes. It loads and runs nothing.
/// </summary>
internal sealed class HtmlReportWriter : IReportWriter
{
    private const string Style = """
        :root{color-scheme:light dark;--ink:#1d2129;--soft:#5b6472;--page:#fff;--card:#f4f6f8;--line:#d5dae1;--done:#1f7a43;--fail:#b3261e;--look:#8a5a00;--wait:#2f5fb3;--bar:#6c9fe0}
        @media(prefers-color-scheme:dark){:root{--ink:#e4e8ee;--soft:#9aa5b4;--page:#14171c;--card:#1e232b;--line:#353d49;--done:#63c98b;--fail:#ff8a80;--look:#e9b44c;--wait:#8ab4f8;--bar:#4878b8}}
        body{margin:0 auto;max-width:62rem;padding:2rem 1.25rem;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
        h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.5rem 0}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:1rem 0;color:var(--soft)}dd{margin:0;overflow-wrap:anywhere;color:var(--ink)}
        .scroll{overflow-x:auto}.scroll:focus-visible,summary:focus-visible{outline:2px solid var(--wait)}footer{margin-top:2rem;color:var(--soft);font-size:.9rem}a{color:var(--wait)}table{border-collapse:collapse;width:100%;font-size:.9rem}th{color:var(--soft);font-weight:600;white-space:nowrap}
        th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}.w{min-width:6rem;overflow-wrap:anywhere}
        .n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}.s{white-space:nowrap;font-weight:600}
        .box{background:var(--card);border-left:4px solid var(--fail);padding:.6rem 1rem;margin:1rem 0;overflow-wrap:anywhere;white-space:pre-line}
        .box.look{border-color:var(--look)}code{font:.9em ui-monospace,monospace}
        .Done{color:var(--done)}.Failed{color:var(--fail)}.Attention{color:var(--look)}.Pending{color:var(--wait)}.Skipped{color:var(--soft)}
        svg{display:block;width:100%;min-width:44rem;height:auto;font:13px system-ui,sans-serif}svg text{fill:var(--ink)}svg .axis{stroke:var(--line)}svg .tick{fill:var(--soft)}
        svg rect{fill:var(--bar)}svg rect.Failed{fill:var(--fail)}
        pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--card);padding:.5rem}h3{font-size:1rem;margin:1rem 0 .25rem}.locks rect{fill-opacity:.45;stroke-width:1.5}.locks .what{font-size:11px}.key{display:inline-block;width:1.1em;height:.8em;border-radius:3px;margin:0 .3em 0 .8em}
        .locks rect.Reads{fill:var(--fail);stroke:var(--fail)}.locks rect.Writes{fill:var(--look);stroke:var(--look)}.locks rect.None{fill:var(--line);stroke:var(--line)}.key.Reads{background:var(--fail)}.key.Writes{background:var(--look)}.key.None{background:var(--line)}
        @media(max-width:44rem){dl{display:block}dd{margin:0 0 .4rem}table,tbody,tr,td{display:block}th,td:empty{display:none}td{padding:.1rem 0;border:0;overflow-wrap:anywhere}
        tr+tr{border-bottom:1px solid var(--line);padding:.5rem 0}.n{text-align:left}td[data-label]::before{content:attr(data-label)": ";color:var(--soft)}}
        """;

    public void Write(ReportDocument report, TextWriter output)
    {
        var title = HtmlText.Encode($"mued-psdb {report.Command}: {report.Status}");
        output.Write(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>{title}</title>
            <style>
            {Style}
            {HtmlChart.Style}
            </style>
            </head>
            <body>
            <main>
            <h1>mued-psdb {report.Command}: <span class="{(
                report.Failed ? StepOutcome.Failed : StepOutcome.Done
            )}">{report.Status}</span></h1>
            <p>{HtmlText.Encode(report.Summary)}</p>

            """
        );
        WriteBody(output, report);
        output.Write("</main>\n");
        WriteOrigin(output, new(Environment.GetEnvironmentVariable));
        output.Write("</body>\n</html>\n");
    }

    internal static void WriteOrigin(TextWriter output, ReportOrigin origin)
    {
        var parts = new List<string> { HtmlText.Encode(ReportOrigin.Product) };
        if (origin.Commit is { } commit)
            parts.Add(HtmlText.Encode(Texts.Get("Origin.Commit", commit)));
        if (origin.Build is { } build)
        {
            var text = HtmlText.Encode(Texts.Get("Origin.Build", build));
            parts.Add(origin.BuildPage is { } page ? $"<a href=\"{HtmlText.Encode(page.AbsoluteUri)}\">{text}</a>" : text);
        }

        output.Write($"<footer>{string.Join(" \u00B7 ", parts)}</footer>\n");
    }

    private static void WriteBody(TextWriter output, ReportDocument report)
    {
        if (report.Error is { } error)
            WriteError(output, error);
        foreach (var warning in report.Warnings)
            output.Write($"<div class=\"box look\">{HtmlText.Encode(warning)}</div>\n");
        WriteFacts(output, report);
        foreach (var part in report.Parts.Where(part => part.Failed))
            WritePart(output, part);
        if (report.Parts.Count == 0)
            WriteTimeline(output, report);
        WriteCharts(output, report.Charts);
        WriteSteps(output, report.Steps);
        WriteChecks(output, report);
        WriteFindings(output, report);
        HtmlLockChart.Write(output, report.Traces);
        foreach (var table in report.Tables)
            WriteTable(output, table);
        foreach (var script in report.Scripts)
            output.Write($"<h2>{HtmlText.Encode(script.Name)}</h2>\n<pre><code>{HtmlText.Encode(script.Text)}</code></pre>\n");
    }

    // What failed comes first and open; what passed is a row of the table below.
    private static void WritePart(TextWriter output, ReportDocument part)
    {
        output.Write(
            $"<details open><summary>{Breakable(part.Target)}: <span class=\"{StepOutcome.Failed}\">{part.Status}</span></summary>\n"
        );
        WriteBody(output, part);
        output.Write("</details>\n");
    }

    private static void WriteError(TextWriter output, MuedError error)
    {
        output.Write($"<div class=\"box\"><strong>{Breakable(error.Message)}</strong>\n");
        if (error.File is not null)
            output.Write($"<code>{Breakable(TextReportWriter.Place(error))}</code>\n");
        if (error.SqlState is not null)
            output.Write($"SQLSTATE {HtmlText.Encode(error.SqlState)}\n");
        output.Write($"{HtmlText.Encode(error.Advice)}</div>\n");
    }

    private static void WriteFacts(TextWriter output, ReportDocument report)
    {
        output.Write("<dl>");
        if (report.Target is not null)
            output.Write($"<dt>{Heading("Target")}</dt><dd>{Breakable(report.Target)}</dd>");
        foreach (var (name, value) in report.Facts)
            output.Write($"<dt>{HtmlText.Encode(name)}</dt><dd>{Breakable(value)}</dd>");
        if (report.StartedAt is { } start)
            output.Write(
                $"<dt>{Heading("Started")}</dt><dd>{Figures.Time(start)}</dd><dt>{Heading("Took")}</dt><dd>{Figures.Duration(report.Duration)}</dd>"
            );
        output.Write("</dl>\n");
    }

    // One row a step that ran, on the time axis of the whole run: gaps are connecting, waiting and verifying.
    private static void WriteTimeline(TextWriter output, ReportDocument report)
    {
        const int left = 330,
            right = 860,
            row = 26;
        var steps = report
            .Steps.Where(step => report.StartedAt is not null && (step.Duration > TimeSpan.Zero || step.Outcome == StepOutcome.Failed))
            .ToList();
        if (steps.All(step => step.Duration == TimeSpan.Zero))
            return;
        var total = Math.Max(
            Math.Max(report.Duration.TotalMilliseconds, 1),
            steps.Max(step => (step.Offset + step.Duration).TotalMilliseconds)
        );
        var bottom = steps.Count * row + 6;
        output.Write(
            $"<h2>{Heading("Timeline")}</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{Heading("Timeline")}\"><svg viewBox=\"0 0 960 {bottom + 24}\" role=\"img\" aria-label=\"{Heading("TimelineOfRun")}\">\n"
        );
        for (var tick = 0; tick <= 4; tick++)
        {
            var x = left + (right - left) * tick / 4;
            output.Write($"<line class=\"axis\" x1=\"{x}\" y1=\"0\" x2=\"{x}\" y2=\"{bottom}\"/>");
            output.Write(
                $"<text class=\"tick\" x=\"{x}\" y=\"{bottom + 17}\" text-anchor=\"middle\">{Figures.Duration(TimeSpan.FromMilliseconds(total * tick / 4))}</text>\n"
            );
        }

        foreach (var (step, i) in steps.Select((step, i) => (step, i)))
        {
            var x = left + (right - left) * step.Offset.TotalMilliseconds / total;
            var length = Math.Max((right - left) * step.Duration.TotalMilliseconds / total, 2);
            var y = i * row + 4;
            var name = step.Name.Length > 38 ? step.Name[..37] + "\u2026" : step.Name;
            output.Write($"<g><title>{HtmlText.Encode($"{step.Name}: {step.Status} {Time(step)}".TrimEnd())}</title>");
            output.Write($"<text x=\"{left - 10}\" y=\"{y + 14}\" text-anchor=\"end\">{HtmlText.Encode(name)}</text>");
            output.Write($"<rect class=\"{step.Outcome}\" x=\"{Number(x)}\" y=\"{y}\" width=\"{Number(length)}\" height=\"18\" rx=\"3\"/>");
            output.Write($"<text class=\"tick\" x=\"{Number(x + length + 6)}\" y=\"{y + 14}\">{Time(step)}</text></g>\n");
        }

        output.Write("</svg></div>\n");
    }

    private static void WriteCharts(TextWriter output, IReadOnlyList<ReportChart> charts)
    {
        if (charts.Count == 0)
            return;
        output.Write("<div class=\"charts\">\n");
        foreach (var chart in charts)
            HtmlChart.Write(output, chart);
        output.Write("</div>\n");
    }

    private static void WriteSteps(TextWriter output, IReadOnlyList<ReportStep> steps)
    {
        if (steps.Count == 0)
            return;
        var heads = ReportTables.Steps([]);
        output.Write($"<h2>{HtmlText.Encode(heads.Title)}</h2>\n");
        StartTable(output, heads);
        foreach (var step in steps)
        {
            output.Write(
                $"<tr><td class=\"s {step.Outcome}\">{HtmlText.Encode(step.Status)}</td><td>{HtmlText.Encode(step.Name)}</td><td class=\"n\">{Time(step)}</td><td class=\"w\">{Breakable(step.Detail)}"
            );
            foreach (var notice in step.Notices)
                output.Write($"<br>{Breakable($"{notice.Severity} {notice.SqlState}: {notice.Message}")}");
            output.Write("</td></tr>\n");
        }

        output.Write("</table></div>\n");
    }

    private static void WriteChecks(TextWriter output, ReportDocument report)
    {
        var remarkable = report.Remarkable;
        var passed = report.Checks.Where(check => check.Status == CheckStatus.Passed).ToList();
        if (remarkable.Count + passed.Count == 0)
            return;

        // How many there were is in the sentence below the title, and only there.
        var heads = ReportTables.Checks([]);
        output.Write($"<h2>{HtmlText.Encode(heads.Title)}</h2>\n");
        if (remarkable.Count > 0)
        {
            StartTable(output, heads);
            foreach (var check in remarkable)
            {
                output.Write($"<tr><td class=\"s {(check.Failed ? StepOutcome.Failed : StepOutcome.Attention)}\">{check.Status}</td>");
                output.Write(
                    $"<td>{HtmlText.Encode(check.Kind)}</td><td class=\"w\">{Breakable(check.Name)}</td>{Code(heads.Columns[3], check.Expected)}{Code(heads.Columns[4], check.Actual)}"
                );
                output.Write(
                    $"<td class=\"w\">{Breakable(check.Advice)}{(check.SuggestedSql is null ? "" : $"<br><code>{Breakable(check.SuggestedSql)}</code>")}</td></tr>\n"
                );
            }

            output.Write("</table></div>\n");
        }

        if (passed.Count == 0)
            return;
        output.Write(
            $"<details><summary>{Heading("Passed")}</summary><table><tr><th scope=\"col\">{HtmlText.Encode(heads.Columns[1])}</th><th scope=\"col\">{HtmlText.Encode(heads.Columns[2])}</th></tr>\n"
        );
        foreach (var check in passed)
            output.Write($"<tr><td>{HtmlText.Encode(check.Kind)}</td><td class=\"w\">{HtmlText.Encode(check.Name)}</td></tr>\n");
        output.Write("</table></details>\n");
    }

    private static void WriteFindings(TextWriter output, ReportDocument report)
    {
        if (report.Findings.Count == 0)
            return;
        var heads = ReportTables.Findings([]);
        output.Write($"<h2>{HtmlText.Encode(heads.Title)}</h2>\n");
        StartTable(output, heads);
        foreach (var finding in report.Findings)
        {
            output.Write(
                $"<tr><td class=\"s {TextReportWriter.OutcomeOf(finding, report)}\">{finding.Severity}</td><td>{HtmlText.Encode(finding.Rule)}</td>"
            );
            output.Write($"<td>{Breakable($"{Path.GetFileName(finding.File)}{(finding.Line is { } line ? $":{line}" : "")}")}</td>");
            output.Write($"<td class=\"w\">{Breakable(finding.Message)}</td><td class=\"w\">{Breakable(finding.Advice)}");
            foreach (var file in finding.Rewrite)
                output.Write($"<pre><code>{HtmlText.Encode(file)}</code></pre>");
            output.Write("</td></tr>\n");
        }

        output.Write("</table></div>\n");
    }

    private static void WriteTable(TextWriter output, ReportTable table)
    {
        output.Write($"<h2>{HtmlText.Encode(table.Title)}</h2>\n");
        StartTable(output, table);
        foreach (var cells in table.Rows)
            output.Write(
                $"<tr>{string.Concat(cells.Select((cell, i) => $"<td{Aligned(table, i)} data-label=\"{HtmlText.Encode(table.Columns[i])}\">{Breakable(cell)}</td>"))}</tr>\n"
            );
        output.Write("</table></div>\n");
    }

    // What may scroll on a narrow screen is reached by keyboard too.
    private static void StartTable(TextWriter output, ReportTable table)
    {
        output.Write($"<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{HtmlText.Encode(table.Title)}\"><table><tr>");
        foreach (var (column, i) in table.Columns.Select((column, i) => (column, i)))
            output.Write($"<th scope=\"col\"{Aligned(table, i)}>{HtmlText.Encode(column)}</th>");
        output.Write("</tr>\n");
    }

    private static string Aligned(ReportTable table, int column) => table.Figures.Contains(column) ? " class=\"n\"" : "";

    private static string Heading(string name) => HtmlText.Encode(Texts.Get("Heading." + name));

    private static string Time(ReportStep step) => step.Duration > TimeSpan.Zero ? Figures.Duration(step.Duration) : "";

    // The label is the column's name where the page is too narrow for a table.
    private static string Code(string label, string? text) =>
        text is null ? "<td></td>" : $"<td class=\"w\" data-label=\"{label}\"><code>{Breakable(text)}</code></td>";

    // Paths and names break where their parts meet.
    private static string Breakable(string? text) =>
        HtmlText.Encode(text).Replace("/", "/<wbr>", StringComparison.Ordinal).Replace("_", "_<wbr>", StringComparison.Ordinal);

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
