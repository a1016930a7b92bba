using System.Text.RegularExpressions;
using System.Xml.Linq;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Tests.Reporting;

public class HtmlReportWriterTests
{
    [Fact]
    public void The_page_loads_nothing_and_runs_nothing()
    {
        var page = Samples.Write(new HtmlReportWriter(), ReportDocument.From(Samples.Failed("x")));
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href=", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("prefers-color-scheme:dark", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_timeline_places_each_step_on_the_axis_of_the_run()
    {
        var page = Samples.Write(new HtmlReportWriter(), ReportDocument.From(Samples.Failed("x")));
        var svg = XElement.Parse(
            page[page.IndexOf("<svg", StringComparison.Ordinal)..(page.IndexOf("</svg>", StringComparison.Ordinal) + 6)]
        );
        var bars = svg.Descendants("rect").Select(bar => ((double)bar.Attribute("x")!, (double)bar.Attribute("width")!)).ToList();
        Assert.Equal(2, bars.Count);
        Assert.Equal(330 + 530 * 100 / 1234.5678, bars[0].Item1, 0.1);
        Assert.Equal(530 * 250 / 1234.5678, bars[0].Item2, 0.1);
        Assert.Equal(330 + 530 * 350 / 1234.5678, bars[1].Item1, 0.1);
    }

    [Fact]
    public void What_was_not_timed_has_no_timeline_and_an_index_built_under_an_earlier_lock_its_row()
    {
        var report = Samples.Tested("x") with
        {
            Migrations =
            [
                new("0001_a", "a.sql", true, [new(1, 3, 1, "CREATE INDEX") { Relations = [new("t") { IndexesBuilt = ["t_n"] }] }]),
            ],
        };
        var page = Samples.Write(new HtmlReportWriter(), ReportDocument.From(report));
        Assert.DoesNotContain(">Timeline<", page, StringComparison.Ordinal);
        Assert.Contains("t_<wbr>n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Figures_are_aligned_and_the_checks_are_counted_once()
    {
        var page = Samples.Write(new HtmlReportWriter(), ReportDocument.From(Samples.Schema("x")));
        Assert.Contains("<th scope=\"col\" class=\"n\">Heap</th>", page, StringComparison.Ordinal);
        Assert.Contains("<td class=\"n\" data-label=\"Heap\">8192 bytes</td>", page, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(page, @"\d+ (of \d+ )?checks"));
    }

    [Fact]
    public void The_page_says_what_made_it_and_where()
    {
        var page = Samples.Write(new HtmlReportWriter(), ReportDocument.From(Samples.Succeeded()));
        Assert.Matches(@"<footer>Mued\.PsDb \d+\.\d+\.\d+</footer>", page);
        var agent = new Dictionary<string, string>
        {
            ["BUILD_SOURCEVERSION"] = "0123abc",
            ["BUILD_BUILDNUMBER"] = "20261129.3",
            ["BUILD_BUILDID"] = "47&11",
            ["SYSTEM_TEAMPROJECT"] = "my <team>",
        };
        Assert.Equal(
            "commit 0123abc \u00B7 <a href=\"https://dev.azure.com/o/my%20%3Cteam%3E/_build/results?buildId=47%2611\">build 20261129.3</a>",
            Origin("https://dev.azure.com/o/")
        );
        Assert.Equal("commit 0123abc \u00B7 build 20261129.3", Origin("javascript:alert(1)/"));

        string Origin(string collection)
        {
            using var text = new StringWriter();
            HtmlReportWriter.WriteOrigin(text, new(name => name == "SYSTEM_COLLECTIONURI" ? collection : agent.GetValueOrDefault(name)));
            var written = text.ToString();
            return written[(written.IndexOf('\u00B7', StringComparison.Ordinal) + 2)..^"</footer>\n".Length];
        }
    }

    [Fact]
    public void Hostile_text_stays_text()
    {
        foreach (var report in Samples.All(Samples.Hostile))
        {
            var page = Samples.Write(new HtmlReportWriter(), report);
            Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("##", page, StringComparison.Ordinal);
            Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
            Assert.DoesNotContain('\u001B', page);
        }
    }
}
