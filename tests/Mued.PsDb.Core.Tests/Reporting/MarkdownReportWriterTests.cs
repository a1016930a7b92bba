using System.Text.RegularExpressions;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Tests.Reporting;

public class MarkdownReportWriterTests
{
    [Fact]
    public void The_failing_thing_comes_first()
    {
        var text = Write(ReportDocument.From(Samples.Failed("x")));
        Assert.InRange(
            text.IndexOf("**MigrationFailed:**", StringComparison.Ordinal),
            0,
            text.IndexOf("| Status | Name |", StringComparison.Ordinal)
        );
        Assert.Contains("SQLSTATE 42601", text, StringComparison.Ordinal);
        Assert.Contains("x:3:8", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_text_makes_no_markup_no_link_no_cell_and_no_command()
    {
        foreach (var report in Samples.All(Samples.Hostile))
        {
            var text = Write(report);
            Assert.DoesNotContain("##vso[", text, StringComparison.Ordinal);
            Assert.DoesNotContain("##[", text, StringComparison.Ordinal);
            text = OutsideOfFences(text);
            Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
            Assert.DoesNotContain("http://", text, StringComparison.Ordinal);
            Assert.DoesNotContain("www.example", text, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"(?<!\\)[\[`*]bold|(?<!\\)\[link", text);
            foreach (var table in Regex.Matches(text, @"(^\|.*\n)+", RegexOptions.Multiline).Select(match => match.Value))
                Assert.Single(table.TrimEnd('\n').Split('\n').Select(row => Regex.Count(row, @"(?<!\\)\|")).Distinct());
        }
    }

    [Fact]
    public void A_script_is_shown_as_it_is_and_cannot_leave_its_fence()
    {
        var script = "SELECT '```';\n```\n# A heading\n````\n<b>";
        var text = Write(ReportDocument.From(Samples.Plan("x")) with { Scripts = [new("0001_a", script)] });
        Assert.Contains(script, text, StringComparison.Ordinal);
        Assert.DoesNotMatch("SELECT|A heading|<b>", OutsideOfFences(text));
    }

    private static string OutsideOfFences(string text) =>
        Regex.Replace(text, @"^(`{3,})sql\n.*?\n\1$", "", RegexOptions.Singleline | RegexOptions.Multiline);

    private static string Write(ReportDocument report) => Samples.Write(new MarkdownReportWriter(), report);
}
