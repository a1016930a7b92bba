using Mued.PsDb.Tests.Reporting;

namespace Mued.PsDb.Tests.Plans;

public sealed class PlanFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mued-plan-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_was_written_is_read_whatever_the_line_ends_and_indents()
    {
        var written = Written("SELECT 1; -- ##vso[task.complete]x < é");
        var loaded = PlanFile.Load(Save(written));
        Assert.Equal(loaded.Checksum, PlanFile.Load(Save("\uFEFF" + written.Replace("\n  ", "\r\n\t", StringComparison.Ordinal))).Checksum);
        Assert.Equal("SELECT 1; -- ##vso[task.complete]x < é", loaded.Migrations[0].Sql);
        Assert.Equal(["public.t"], loaded.Definitions!.Relations.Select(relation => relation.QualifiedName.ToString()));
        Assert.Equal(Samples.Start, loaded.History[0].AppliedAt);
    }

    [Theory]
    [InlineData("\"SELECT 1\"", "\"SELECT 2\"", "PlanInvalid")]
    [InlineData("\"Apply\"", "\"Skip\"", "PlanInvalid")]
    [InlineData("\"formatVersion\": 1", "\"formatVersion\": 2", "PlanFormatUnknown")]
    [InlineData("\"formatVersion\": 1", "\"formatVersion\": \"x\"", "PlanInvalid")]
    [InlineData("\"checksum\"", "\"check\"", "PlanInvalid")]
    [InlineData("{", "[", "PlanInvalid")]
    public void A_file_that_is_not_what_was_written_is_refused(string text, string other, string errorId)
    {
        var path = Save(Written("SELECT 1").Replace(text, other, StringComparison.Ordinal));
        Refused(errorId, path);
    }

    [Fact]
    public void A_file_that_was_cut_off_is_empty_or_is_not_there_is_refused()
    {
        var written = Written("SELECT 1");
        Refused("PlanInvalid", Save(written[..(written.Length / 2)]));
        Refused("PlanInvalid", Save(""));
        Refused("PlanInvalid", Save("null"));
        Refused("PlanInvalid", Save(Samples.Write(new JsonReportWriter(), ReportDocument.From(Samples.Failed("x")))));
        Refused("PlanUnreadable", Path.Combine(folder, "nowhere.json"));
        Refused("PlanUnreadable", folder);
    }

    [Fact]
    public void What_a_person_reads_is_what_the_checksum_of_the_file_is_of()
    {
        var plan = Plan("SELECT 1");
        var shown = plan with { Migrations = [plan.Migrations[0] with { Sql = "SELECT 'something else'" }] };
        Refused("PlanInvalid", Save(Samples.Write(new JsonReportWriter(), ReportDocument.From(PlanFile.Seal(shown)))));
    }

    [Fact]
    public void An_option_that_says_otherwise_than_the_plan_is_refused()
    {
        var plan = PlanFile.Load(Save(Written("SELECT 1")));
        Assert.Equal(
            ("0007", 1),
            (
                new MigrationOptions { Path = "x" }
                    .HeldTo(plan)
                    .Target,
                new MigrationOptions { Path = "x", MaxAttempts = 1 }
                    .HeldTo(plan)
                    .MaxAttempts
            )
        );
        Assert.Equal(
            "0007",
            new MigrationOptions { Path = "x", Target = "0007" }
                .HeldTo(plan)
                .Target
        );
        foreach (
            var other in new MigrationOptions[]
            {
                new() { Path = "x", Target = "0008" },
                new() { Path = "x", Reapply = true },
            }
        )
            Assert.Equal("PlanHoldsSwitch", Assert.Throws<MuedException>(() => other.HeldTo(plan)).ErrorId);
    }

    private static void Refused(string errorId, string path)
    {
        var error = Assert.Throws<MuedException>(() => PlanFile.Load(path));
        Assert.Equal((errorId, ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    private static string Written(string sql) => Samples.Write(new JsonReportWriter(), ReportDocument.From(PlanFile.Seal(Plan(sql))));

    private static MigrationPlanReport Plan(string sql)
    {
        var script = SqlScript.Parse(sql, "1_a.sql");
        return Samples.Plan("x") with
        {
            Status = RunStatus.Planned,
            Error = null,
            Variables = [],
            Switches = new() { Target = "0007" },
            Definitions = new()
            {
                FormatVersion = SchemaSnapshot.CurrentFormatVersion,
                Scope = SchemaScope.OfTables("public.t"),
                Relations =
                [
                    new()
                    {
                        Schema = "public",
                        Name = "t",
                        Kind = RelationKind.Table,
                    },
                ],
            },
            Migrations =
            [
                new("1", "1_a", PlanAction.Apply, 1)
                {
                    Sql = sql,
                    TextChecksum = script.TextChecksum,
                    SqlChecksum = script.SqlChecksum,
                    Rehearsed = true,
                    Impacts = [new("public.t", ["AccessShareLock"], false, TimeSpan.FromMilliseconds(1.5))],
                },
            ],
        };
    }

    private string Save(string text)
    {
        var path = Path.Combine(folder, Guid.NewGuid() + ".json");
        File.WriteAllText(path, text);
        return path;
    }
}
