using Mued.PsDb.Reporting;
using Mued.PsDb.Schema;

namespace Mued.PsDb.Tests.Reporting;

/// <summary>One line a cause, in the log as on the issues of a build agent.</summary>
public class CheckCausesTests
{
    [Fact]
    public void A_missing_table_stands_for_its_columns_and_a_schema_without_anything_for_its_tables()
    {
        var checks = Consequences.Mark([
            new("migration", "0001_a", CheckStatus.Missing),
            .. Table("a.wide", 1600),
            new("column", "a.there.id", CheckStatus.Passed) { Table = "a.there" },
            new("column", "a.there.name", CheckStatus.Missing) { Table = "a.there" },
            new("index", "a.there_name", CheckStatus.Missing) { Table = "a.there" },
            .. Enumerable.Range(1, 127).SelectMany(i => Table($"\"b.c\".t{i}", 2)),
            new("enum", "\"b.c\".mood", CheckStatus.Missing),
            new("table", "d.alone", CheckStatus.Missing) { Table = "d.alone" },
            new("table owner", "d.alone", CheckStatus.Missing) { Subject = "d.alone" },
        ]);
        // One table is one failure in every format, and so in the sum.
        Assert.Equal(4 + 127 + 1 + 1, checks.Count(check => check.Failed));
        Assert.Equal("table a.wide", checks[2].Cause);
        var causes = CheckCauses.Of(checks);
        Assert.Equal(
            ["migration 0001_a", "table a.wide", "column a.there.name", "index a.there_name", "schema \"b.c\"", "table d.alone"],
            causes.Select(cause => $"{cause.Kind} {cause.Name}")
        );
        Assert.Contains("1,600 more", causes[1].Advice, StringComparison.Ordinal);
        Assert.Contains("382 checks", causes[4].Advice, StringComparison.Ordinal);

        var report = ReportDocument.From(new SchemaReport(false, "t", "s") { Checks = checks });
        var log = Samples.Write(new AzurePipelinesReportWriter(Path.GetTempPath()), report);
        Assert.Equal(6, log.Split('\n').Count(line => line.StartsWith("##vso[task.logissue", StringComparison.Ordinal)));
        Assert.InRange(Samples.Write(new TextReportWriter(), report).Split('\n').Length, 5, 40);
    }

    [Fact]
    public void A_server_s_warning_is_an_issue_of_the_build()
    {
        var report = ReportDocument.From(Samples.Failed("beware"));
        Assert.Contains(
            Samples.Write(new AzurePipelinesReportWriter(Path.GetTempPath()), report).Split('\n'),
            line =>
                line.StartsWith("##vso[task.logissue type=warning", StringComparison.Ordinal)
                && line.EndsWith(": beware", StringComparison.Ordinal)
        );
    }

    private static IEnumerable<SchemaCheck> Table(string name, int columns) =>
        [
            new("table", name, CheckStatus.Missing) { Table = name },
            .. Enumerable.Range(1, columns).Select(i => new SchemaCheck("column", $"{name}.c{i}", CheckStatus.Missing) { Table = name }),
        ];
}
