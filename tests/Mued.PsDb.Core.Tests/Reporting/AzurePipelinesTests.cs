using System.Globalization;
using System.Text.RegularExpressions;

namespace Mued.PsDb.Tests.Reporting;

public class AzurePipelinesTests
{
    [Fact]
    public void A_failure_is_an_issue_with_its_place() =>
        Assert.Equal(
            "##vso[task.logissue type=error;sourcepath=/m/2;linenumber=3;columnnumber=8;code=42601;]syntax error".Replace(
                "/m/2",
                "/m/a%3Bb%5D.sql",
                StringComparison.Ordinal
            ),
            AzurePipelines.Issue("error", "syntax error", Samples.Error("x") with { File = "/m/a;b].sql" })
        );

    [Fact]
    public void Progress_is_a_command_of_its_own() =>
        Assert.Equal("##vso[task.setprogress value=40;]0007 %AZP25 done", AzurePipelines.Progress(40, "0007 % done"));

    [Fact]
    public void Line_ends_in_a_message_are_escaped() =>
        Assert.Equal("##vso[task.logissue type=warning;]one%0Atwo%3B three%5D", AzurePipelines.Issue("warning", "one\r\ntwo; three]"));

    [Fact]
    public void Hostile_text_starts_no_command_anywhere()
    {
        foreach (var report in Samples.All(Samples.Hostile))
        {
            var output = new StringWriter { NewLine = "\n" };
            AzurePipelinesReportWriter.WriteLog(report, output);
            foreach (var line in output.ToString().Split('\n'))
            {
                // The agent's own search, which goes by a culture's rules, may find our prefix only, and only at the start.
                var compare = CultureInfo.GetCultureInfo("en-US").CompareInfo;
                Assert.True(compare.LastIndexOf(line, "##vso[") <= 0, line);
                Assert.True(compare.LastIndexOf(line, "##[") <= 0, line);
                Assert.DoesNotContain('\u001B', line);
                if (line.StartsWith("##", StringComparison.Ordinal))
                    Assert.Matches(
                        @"^##(vso\[task\.(logissue|setprogress|uploadsummary) [^\]]*\]|\[(group|endgroup|section|error)\])",
                        line
                    );
            }
        }
    }

    [Fact]
    public void Each_step_is_a_group()
    {
        var output = new StringWriter { NewLine = "\n" };
        AzurePipelinesReportWriter.WriteLog(ReportDocument.From(Samples.Failed("x")), output);
        Assert.Equal(
            Regex.Count(output.ToString(), @"^##\[group\]", RegexOptions.Multiline),
            Regex.Count(output.ToString(), @"^##\[endgroup\]", RegexOptions.Multiline)
        );
        Assert.Contains("##[group]Applied x, 250 ms", output.ToString(), StringComparison.Ordinal);
    }
}
