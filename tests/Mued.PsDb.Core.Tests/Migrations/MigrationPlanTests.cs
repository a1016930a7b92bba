using Mued.PsDb.Files;
using Mued.PsDb.Inspection;
using Mued.PsDb.Migrations;

namespace Mued.PsDb.Tests;

public class MigrationPlanTests
{
    private static readonly MigrationOptions Options = new() { Path = "/migrations" };

    [Fact]
    public void Everything_is_pending_on_an_empty_history() =>
        Assert.Equal([PlanAction.Apply, PlanAction.Apply], Actions(Plan(Options, [], File("0001_a"), File("0002_b"))));

    [Fact]
    public void An_applied_migration_is_left_alone() =>
        Assert.Equal([PlanAction.Skip, PlanAction.Apply], Actions(Plan(Options, [Row(File("0001_a"))], File("0001_a"), File("0002_b"))));

    [Fact]
    public void What_lies_above_the_target_waits() =>
        Assert.Equal(
            [PlanAction.Apply, PlanAction.Apply, PlanAction.Defer],
            Actions(Plan(Options with { Target = "2" }, [], File("0001_a"), File("0002_b"), File("0003_c")))
        );

    [Fact]
    public void What_is_not_chosen_waits() =>
        Assert.Equal(
            [PlanAction.Skip, PlanAction.Apply, PlanAction.Defer],
            Actions(Plan(Options with { Only = ["0002_b"] }, [Row(File("0001_a"))], File("0001_a"), File("0002_b"), File("0003_c")))
        );

    [Fact]
    public void A_choice_with_a_gap_is_refused_unless_order_does_not_matter()
    {
        var options = Options with { Only = ["0002_b"] };
        var error = Refused(options, [], File("0001_a"), File("0002_b"));
        Assert.Equal("MigrationChoiceHasGap", error.ErrorId);
        Assert.Contains("0001_a", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            [PlanAction.Defer, PlanAction.Apply],
            Actions(Plan(options with { AllowOutOfOrder = true }, [], File("0001_a"), File("0002_b")))
        );
    }

    [Fact]
    public void A_choice_among_repeatable_migrations_has_no_gap()
    {
        var (applied, one, other) = (File("0001_a"), Repeatable("R__a", "SELECT 1"), Repeatable("R__b", "SELECT 2"));
        Assert.Equal(
            [PlanAction.Skip, PlanAction.Defer, PlanAction.Apply],
            Actions(Plan(Options with { Only = ["R__b"] }, [Row(applied)], applied, one, other))
        );
    }

    [Fact]
    public void A_choice_that_the_folder_has_not_is_refused() =>
        Assert.Equal("MigrationNotInFolder", Refused(Options with { Only = ["0009_x"] }, [], File("0001_a")).ErrorId);

    [Fact]
    public void A_target_that_no_file_has_is_refused() =>
        Assert.Equal("VersionUnknown", Refused(Options with { Target = "0007" }, [], File("0001_a")).ErrorId);

    [Fact]
    public void A_target_that_is_no_version_is_refused() =>
        Assert.Equal("VersionMalformed", Refused(Options with { Target = "newest" }, [], File("0001_a")).ErrorId);

    [Fact]
    public void Changed_SQL_of_an_applied_file_stops_the_run_and_names_the_file()
    {
        var error = Refused(Options, [Row(File("0001_a"))], File("0001_a", "SELECT 2"));
        Assert.Equal("MigrationChanged", error.ErrorId);
        Assert.Contains("0001_a.sql", error.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, error.ExitCode);
    }

    [Fact]
    public void A_changed_comment_is_told_and_accepted()
    {
        var file = File("0001_a", "SELECT 1 -- now explained");
        var row = Row(File("0001_a"));
        Assert.Equal([PlanAction.Skip], Actions(Plan(Options, [row], file)));
        Assert.NotNull(MigrationPlan.CommentRemark(file, row));
    }

    [Fact]
    public void Accepting_a_change_records_it_without_running() =>
        Assert.Equal(
            [PlanAction.AcceptChange],
            Actions(Plan(Options with { AcceptChanged = true }, [Row(File("0001_a"))], File("0001_a", "SELECT 2")))
        );

    [Fact]
    public void Reapply_runs_what_is_applied_up_to_the_target() =>
        Assert.Equal(
            [PlanAction.Reapply, PlanAction.Skip],
            Actions(
                Plan(
                    Options with
                    {
                        Reapply = true,
                        Target = "1",
                    },
                    [Row(File("0001_a")), Row(File("0002_b"))],
                    File("0001_a", "SELECT 2"),
                    File("0002_b")
                )
            )
        );

    [Fact]
    public void A_pending_version_below_the_newest_applied_one_is_refused()
    {
        var error = Refused(Options, [Row(File("0002_b"))], File("0001_a"), File("0002_b"));
        Assert.Equal("MigrationOutOfOrder", error.ErrorId);
        Assert.Contains("0001_a.sql", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Out_of_order_is_run_when_it_is_allowed() =>
        Assert.Equal(
            [PlanAction.Apply, PlanAction.Skip],
            Actions(Plan(Options with { AllowOutOfOrder = true }, [Row(File("0002_b"))], File("0001_a"), File("0002_b")))
        );

    [Fact]
    public void A_baseline_records_without_running() =>
        Assert.Equal(
            [PlanAction.Baseline, PlanAction.Apply],
            Actions(Plan(Options with { Baseline = "0001" }, [], File("0001_a"), File("0002_b")))
        );

    [Fact]
    public void An_interrupted_migration_is_resumed() =>
        Assert.Equal(
            [PlanAction.Resume],
            Actions(Plan(Options, [Row(File("0001_a")) with { FinishedAt = null, StatementsDone = 1 }], File("0001_a")))
        );

    [Fact]
    public void An_interrupted_migration_may_be_mended_while_nothing_of_it_is_done()
    {
        var row = Row(File("0001_a")) with { FinishedAt = null, StatementsDone = 0 };
        Assert.Equal([PlanAction.Restart], Actions(Plan(Options, [row], File("0001_a", "SELECT 2"))));
        Assert.Equal([PlanAction.Restart], Actions(Plan(Options with { AcceptChanged = true }, [row], File("0001_a", "SELECT 2"))));
    }

    [Fact]
    public void An_interrupted_migration_that_changed_after_some_of_it_was_done_is_run_from_its_first_statement_or_not_at_all()
    {
        var row = Row(File("0001_a")) with { FinishedAt = null, Statements = 2, StatementsDone = 1 };
        var error = Refused(Options, [row], File("0001_a", "SELECT 2"));
        Assert.Equal("MigrationInterruptedChanged", error.ErrorId);
        Assert.Contains("0001_a.sql was interrupted after 1 of 2", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            "MigrationInterruptedChanged",
            Refused(Options with { AcceptChanged = true }, [row], File("0001_a", "SELECT 2")).ErrorId
        );
        Assert.Equal([PlanAction.Restart], Actions(Plan(Options with { Reapply = true }, [row], File("0001_a", "SELECT 2"))));
        Assert.Equal([PlanAction.Resume], Actions(Plan(Options with { Reapply = true }, [row], File("0001_a"))));
        Assert.Equal([PlanAction.Baseline], Actions(Plan(Options with { Baseline = "1" }, [row], File("0001_a", "SELECT 2"))));
    }

    [Theory]
    [InlineData("0001_old", "1_new", PlanAction.Rename)]
    [InlineData("0001_old", "0001_new -- for another reason", PlanAction.Rename)]
    [InlineData("0001_old", "0001_new 2", PlanAction.Apply)]
    [InlineData("0001_old", "0002_new", PlanAction.Apply)]
    [InlineData("0001_old,0001_older", "0001_new", PlanAction.Apply)]
    [InlineData("0001_old", "0001_new,0001_newer", PlanAction.Apply)]
    [InlineData("0001_old", "0001_old,0001_new", PlanAction.Skip)]
    public void A_file_of_the_same_version_and_SQL_under_another_name_was_renamed(string applied, string files, PlanAction action)
    {
        var plan = Plan(
            Options with
            {
                AllowOutOfOrder = true,
            },
            [.. applied.Split(',').Select(name => Row(File(name)))],
            [.. files.Split(',').Select(text => text.Split(' ', 2)).Select(part => File(part[0], "SELECT 1 " + part.ElementAtOrDefault(1)))]
        );
        Assert.Equal(action, plan.Items[0].Action);
        Assert.Equal(action == PlanAction.Apply, plan.Missing.Count > 0);
    }

    [Fact]
    public void What_a_run_was_interrupted_in_is_asked_for_unless_a_runner_is_at_work_in_it()
    {
        var file = File("0001_a", "-- mued: transaction=none\nSELECT 1;\nCALL p();");
        var row = Row(file) with { FinishedAt = null, Statements = 2, StatementsDone = 1, StatementBegun = 2 };
        var error = Refused(Options, [row], file);
        Assert.Equal(("MigrationInDoubt", ExitCode.Usage, 3), (error.ErrorId, error.ExitCode, error.Line));
        Assert.Equal([PlanAction.Resume], Actions(Plan(Options with { Resume = ResumeChoice.Again }, [row], file)));
        Assert.Equal([PlanAction.Resume], Actions(Plan(Options with { Resume = ResumeChoice.Done }, [row], file)));
        Assert.Equal([PlanAction.Resume], Actions(Plan(Options, [row with { Leased = true }], file)));
        Assert.Equal([PlanAction.Resume], Actions(Plan(Options, [row with { StatementsDone = 2 }], file)));
        Assert.Equal([PlanAction.Baseline], Actions(Plan(Options with { Baseline = "1" }, [row], file)));

        // Another file: whether it may begin anew depends on what was done of this one.
        var (first, changed) = (row with { StatementsDone = 0, StatementBegun = 1 }, File("0001_a", "SELECT 2"));
        Assert.Equal("MigrationInDoubt", Refused(Options, [first], changed).ErrorId);
        Assert.Equal([PlanAction.Restart], Actions(Plan(Options with { Resume = ResumeChoice.Again }, [first], changed)));
        Assert.Equal("MigrationInterruptedChanged", Refused(Options with { Resume = ResumeChoice.Done }, [first], changed).ErrorId);
    }

    [Fact]
    public void What_is_repeatable_runs_when_it_is_new_or_changed_and_waits_for_all_versions()
    {
        var (file, changed) = (Repeatable("R__views", "SELECT 1"), Repeatable("R__views", "SELECT 2"));
        var row = Row(file) with { Kind = HistoryTable.RepeatableKind };
        Assert.Equal([PlanAction.Apply, PlanAction.Apply], Actions(Plan(Options, [], File("0001_a"), file)));
        Assert.Equal([PlanAction.Skip, PlanAction.Skip], Actions(Plan(Options, [Row(File("0001_a")), row], File("0001_a"), file)));
        Assert.Equal([PlanAction.Skip, PlanAction.Reapply], Actions(Plan(Options, [Row(File("0001_a")), row], File("0001_a"), changed)));
        Assert.Equal([PlanAction.AcceptChange], Actions(Plan(Options with { AcceptChanged = true }, [row], changed)));
        Assert.Equal(
            [PlanAction.Apply, PlanAction.Defer, PlanAction.Defer],
            Actions(Plan(Options with { Target = "1" }, [], File("0001_a"), File("0002_b"), file))
        );
    }

    [Fact]
    public void An_applied_migration_without_a_file_is_listed_and_not_fatal() =>
        Assert.Equal(["0001_a"], Plan(Options, [Row(File("0001_a"))], File("0002_b")).Missing);

    [Theory]
    [InlineData("6", "0006", 0)]
    [InlineData("0010", "0009", 1)]
    [InlineData("99999999999999999999", "100000000000000000000", -1)]
    [InlineData("1.2", "1.10", -1)]
    [InlineData("1", "1.0", 0)]
    [InlineData("20260131093000", "20260131093001", -1)]
    public void Versions_are_compared_as_numbers(string left, string right, int order)
    {
        var (a, b) = (MigrationVersion.Parse(left, "a"), MigrationVersion.Parse(right, "b"));
        Assert.Equal(order, Math.Sign(a.CompareTo(b)));
        Assert.Equal(-order, Math.Sign(b.CompareTo(a)));
        if (order == 0)
            Assert.Equal(a.GetHashCode(), b.GetHashCode());
    }

    private static MigrationPlan Plan(MigrationOptions options, HistoryRow[] history, params MigrationFile[] files) =>
        MigrationPlan.Build(new("/migrations", files, [], []), history, options);

    private static MuedException Refused(MigrationOptions options, HistoryRow[] history, params MigrationFile[] files) =>
        Assert.Throws<MuedException>(() => Plan(options, history, files));

    private static IEnumerable<PlanAction> Actions(MigrationPlan plan) => plan.Items.Select(item => item.Action);

    private static MigrationFile File(string name, string sql = "SELECT 1") =>
        new(
            name,
            MigrationVersion.Parse(name.Split('_')[0], "name"),
            $"/migrations/{name}.sql",
            SqlScript.Parse(sql, $"/migrations/{name}.sql")
        );

    private static MigrationFile Repeatable(string name, string sql) =>
        File("0_" + name, sql) with
        {
            Name = name,
            Version = MigrationVersion.None,
        };

    private static HistoryRow Row(MigrationFile file) =>
        new(
            file.Name,
            file.Version.Text,
            HistoryTable.MigrationKind,
            Guid.NewGuid(),
            file.Sql.TextChecksum,
            file.Sql.SqlChecksum,
            1,
            1,
            "host (1)",
            "postgres",
            DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch,
            Leased: false
        );
}
