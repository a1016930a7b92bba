using System.Globalization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Reporting;

/// <summary>
/// A chart as SVG. Lines differ in dash and marker as well as in colour, the same figures stand in a table that opens by keyboard, and the
/// colours are the page's own, so it is readable in dark and light, in print, and without a pointer.
/// </summary>
internal static class HtmlChart
{
    /// <summary>The rules that the page's style needs for charts.</summary>
    public const string Style = """
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(22rem,100%),1fr));gap:1rem 1.5rem}figure{margin:0}figcaption{font-weight:600}
        .charts svg{min-width:0}.charts polyline{fill:none;stroke:var(--wait);stroke-width:2}.charts circle{fill:var(--wait)}
        .charts .b polyline{stroke:var(--look);stroke-dasharray:6 3}.charts .b circle{fill:var(--look)}
        .charts .limit{stroke:var(--fail);stroke-dasharray:2 4}.charts .b.limit{stroke:var(--look)}
        """;

    // A round number a quarter of which is one too: the ticks are for people.
    private static readonly decimal[] Steps = [1, 2, 4, 6, 8, 10];

    private const int Left = 56,
        Right = 470,
        Top = 12,
        Bottom = 170;

    public static void Write(TextWriter output, ReportChart chart)
    {
        var most = chart.Series.SelectMany(series => series.Values.Append(series.Limit)).Max() ?? 0;
        var top = Ceiling(most);
        output.Write(
            $"<figure><figcaption>{HtmlText.Encode(chart.Title)}</figcaption>\n<svg viewBox=\"0 0 480 204\" role=\"img\" aria-label=\""
        );
        output.Write($"{HtmlText.Encode(Describe(chart))}\">\n");
        for (var tick = 0; tick <= 4; tick++)
        {
            var y = Text(Y(top * tick / 4, top));
            output.Write($"<line class=\"axis\" x1=\"{Left}\" y1=\"{y}\" x2=\"{Right}\" y2=\"{y}\"/>");
            output.Write($"<text class=\"tick\" x=\"{Left - 6}\" y=\"{y}\" dy=\"4\" text-anchor=\"end\">{Text(top * tick / 4)}</text>\n");
        }

        foreach (var (series, i) in chart.Series.Select((series, i) => (series, i)))
            WriteSeries(output, chart, series, i == 0 ? "a" : "b", top);
        WriteLabels(output, chart.Labels);
        output.Write("</svg>\n");
        WriteValues(output, chart);
        output.Write("</figure>\n");
    }

    private static void WriteSeries(TextWriter output, ReportChart chart, ReportSeries series, string style, decimal top)
    {
        if (series.Limit is { } limit)
        {
            var y = Text(Y(limit, top));
            output.Write($"<line class=\"{style} limit\" x1=\"{Left}\" y1=\"{y}\" x2=\"{Right}\" y2=\"{y}\"/>\n");
        }

        output.Write($"<g class=\"{style}\">");
        var line = new List<string>();
        for (var i = 0; i <= series.Values.Count; i++)
        {
            if (i < series.Values.Count && series.Values[i] is { } value)
            {
                var (x, y) = (Text(X(i, chart.Labels.Count)), Text(Y(value, top)));
                line.Add($"{x},{y}");
                output.Write($"<circle cx=\"{x}\" cy=\"{y}\" r=\"2.5\"><title>");
                output.Write($"{HtmlText.Encode(chart.Labels[i])}: {HtmlText.Encode(series.Name)} {Text(value)}</title></circle>");
            }
            else
            {
                // A day without a figure is a gap, not a straight line between its neighbours.
                if (line.Count > 1)
                    output.Write($"<polyline points=\"{string.Join(' ', line)}\"/>");
                line.Clear();
            }
        }

        output.Write("</g>\n");
    }

    private static void WriteLabels(TextWriter output, IReadOnlyList<string> labels)
    {
        if (labels.Count == 0)
            return;
        output.Write($"<text class=\"tick\" x=\"{Left}\" y=\"{Bottom + 18}\">{HtmlText.Encode(labels[0])}</text>");
        output.Write($"<text class=\"tick\" x=\"{Right}\" y=\"{Bottom + 18}\" text-anchor=\"end\">{HtmlText.Encode(labels[^1])}</text>\n");
    }

    private static void WriteValues(TextWriter output, ReportChart chart)
    {
        output.Write($"<details><summary>{HtmlText.Encode(Texts.Get("Heading.Values"))}</summary><table><tr><td></td>");
        foreach (var series in chart.Series)
            output.Write($"<th scope=\"col\" class=\"n\">{HtmlText.Encode(Named(series))}</th>");
        output.Write("</tr>\n");
        foreach (var (label, i) in chart.Labels.Select((label, i) => (label, i)))
        {
            output.Write($"<tr><td>{HtmlText.Encode(label)}</td>");
            foreach (var series in chart.Series)
                output.Write($"<td class=\"n\">{(series.Values[i] is { } value ? Text(value) : "")}</td>");
            output.Write("</tr>\n");
        }

        output.Write("</table></details>");
    }

    private static string Describe(ReportChart chart) => $"{chart.Title}: {string.Join("; ", chart.Series.Select(Named))}";

    private static string Named(ReportSeries series) =>
        series.Limit is { } limit ? Texts.Get("Chart.Limit", series.Name, Text(limit)) : series.Name;

    private static decimal Ceiling(decimal most)
    {
        if (most <= 0)
            return 1;
        var power = (decimal)Math.Pow(10, Math.Floor(Math.Log10((double)most)));
        return Steps.Select(step => step * power).First(top => top >= most);
    }

    private static decimal X(int place, int count) =>
        count < 2 ? (Left + Right) / 2m : Left + (Right - Left) * (decimal)place / (count - 1);

    private static decimal Y(decimal value, decimal top) => Bottom - (Bottom - Top) * value / top;

    private static string Text(decimal value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
