namespace Mued.PsDb.Tests.Reporting;

public class TextReportWriterTests
{
    [Fact]
    public void A_run_is_a_line_a_migration_and_a_summary()
    {
        Assert.Equal(
            """
            migrate app@db:5432/app
              Connection from: --url
              Verified against: phase2.json

              Applied  0006_add_rag_metrics  41 ms  24 statements

            Succeeded: 1 applied; 151 checks passed, in 140 ms.

            """,
            Samples.Write(new TextReportWriter(), ReportDocument.From(Samples.Succeeded()))
        );
    }

    [Fact]
    public void A_failed_step_stands_above_the_others()
    {
        var report = ReportDocument.From(Samples.Failed("x"));
        var text = Samples.Write(new TextReportWriter(), report);
        Assert.InRange(text.IndexOf("  Failed ", StringComparison.Ordinal), 0, text.IndexOf("  Applied", StringComparison.Ordinal));
    }

    [Fact]
    public void An_error_says_what_where_and_what_to_do()
    {
        var output = new StringWriter { NewLine = "\n" };
        new TextReportWriter().WriteError(
            Samples.Error("bad") with
            {
                Message = "syntax error\nat end",
                File = "/m/2.sql",
                Advice = "Mend it.",
            },
            output
        );
        Assert.Equal("Error: syntax error\n  at end\n  at /m/2.sql:3:8\n  SQLSTATE 42601\n  Mend it.\n", output.ToString());
    }

    [Fact]
    public void Words_keep_to_the_width_and_colour_does_not_count()
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 60));
        var report = ReportDocument.From(Samples.Succeeded() with { Warnings = [words] });
        var plain = Samples.Write(new TextReportWriter(), report);
        Assert.All(plain.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        var painted = Samples.Write(new TextReportWriter(colour: true), report);
        Assert.Contains("\e[32mApplied", painted, StringComparison.Ordinal);
        Assert.Equal(plain, System.Text.RegularExpressions.Regex.Replace(painted, "\e\\[[0-9]+m", ""));
    }

    [Fact]
    public void A_table_that_is_wider_than_the_terminal_is_a_list()
    {
        string[] columns = ["Name", "Kind", "Statement"];
        var statement = "ALTER TABLE a " + string.Join(", ", Enumerable.Repeat("ADD COLUMN b int", 6));
        var narrow = new ReportTable(
            "Narrow",
            columns,
            [
                ["a", "table", "DROP TABLE a"],
            ]
        );
        var wide = new ReportTable(
            "Wide",
            columns,
            [
                ["a", "table", statement],
                ["b", "", "DROP TABLE b"],
            ]
        );
        var text = Samples.Write(new TextReportWriter(), ReportDocument.From(Samples.Succeeded()) with { Tables = [narrow, wide] });
        Assert.Contains("\nNarrow\n  Name  Kind   Statement\n  a     table  DROP TABLE a\n", text, StringComparison.Ordinal);
        Assert.Contains("\nWide\n  a\n    Kind: table\n    Statement: ALTER TABLE a ADD", text, StringComparison.Ordinal);
        Assert.Contains("\n  b\n    Statement: DROP TABLE b\n", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public void Hostile_text_neither_drives_the_terminal_nor_the_agent()
    {
        foreach (var report in Samples.All(Samples.Hostile))
        {
            var text = Samples.Write(new TextReportWriter(), report);
            Assert.DoesNotContain("##", text, StringComparison.Ordinal);
            Assert.DoesNotContain('\u001B', text);
            Assert.DoesNotContain('\u202E', text);
        }
    }
}
