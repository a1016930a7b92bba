using System.Globalization;
using System.Xml.Linq;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Tests.Reporting;

public class JUnitReportWriterTests
{
    [Fact]
    public void Each_migration_and_each_check_is_one_case()
    {
        var report = Samples.Succeeded() with
        {
            Verification = new(true, 2, 0, [], "phase2.json")
            {
                Results = [new("table", "public.a", CheckStatus.Passed), new("table", "public.b", CheckStatus.Passed)],
            },
        };
        var cases = Write(ReportDocument.From(report)).Descendants("testcase").Select(item => (string)item.Attribute("name")!);
        Assert.Equal(["0006_add_rag_metrics", "table public.a", "table public.b"], cases);
    }

    [Fact]
    public void Failures_and_skips_are_marked_and_counted()
    {
        var suites = Write(ReportDocument.From(Samples.Failed("x"))).Elements("testsuite").ToList();
        Assert.Equal(["steps x", "checks x"], suites.Select(suite => (string)suite.Attribute("name")!));
        foreach (var suite in suites)
        {
            Assert.Equal(suite.Elements("testcase").Count(), (int)suite.Attribute("tests")!);
            Assert.Equal(suite.Descendants("failure").Count(), (int)suite.Attribute("failures")!);
            Assert.Equal(suite.Descendants("skipped").Count(), (int)suite.Attribute("skipped")!);
        }

        var failure = suites[0].Descendants("failure").Single();
        Assert.Equal("42601", (string)failure.Attribute("type")!);
        Assert.Contains("x:3:8", failure.Value, StringComparison.Ordinal);
        Assert.Contains("2 checks passed", suites[1].Descendants("testcase").Select(item => (string)item.Attribute("name")!));
        Assert.Equal("0.250", (string)suites[0].Elements("testcase").First().Attribute("time")!);
    }

    [Fact]
    public void An_error_before_the_first_step_is_an_errored_case()
    {
        var root = Write(ReportDocument.From("migrate", Samples.Error("No connection.")));
        Assert.Equal("No connection.", (string)root.Descendants("error").Single().Attribute("message")!);
        Assert.Equal(1, (int)root.Element("testsuite")!.Attribute("errors")!);
    }

    [Fact]
    public void Hostile_text_stays_text_in_valid_xml()
    {
        foreach (var report in Samples.All(Samples.Hostile).Where(report => report.Steps.Count > 0 || report.Error is not null))
        {
            var text = Samples.Write(new JUnitReportWriter(), report);
            Assert.True(CultureInfo.GetCultureInfo("en-US").CompareInfo.IndexOf(text, "##") < 0);
            var root = XDocument.Parse(text).Root!;
            Assert.Empty(root.Descendants("script"));
            Assert.Contains(@"\u0000", root.ToString(), StringComparison.Ordinal);
            Assert.Contains("##vso[", root.ToString(), StringComparison.Ordinal);
        }
    }

    private static XElement Write(ReportDocument report) => XDocument.Parse(Samples.Write(new JUnitReportWriter(), report)).Root!;
}
