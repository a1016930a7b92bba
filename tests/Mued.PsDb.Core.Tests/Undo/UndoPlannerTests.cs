using Mued.PsDb.Files;
using Mued.PsDb.Inspection;
using Mued.PsDb.Undo;

namespace Mued.PsDb.Tests;

public class UndoPlannerTests
{
    [Fact]
    public void The_newest_unit_is_a_script_and_all_that_it_covers() =>
        Assert.Equal(["rollback_6: 0008_c 0007_b 0006_a"], Plan(["6"], ["0006_a", "0007_b", "0008_c"], null));

    [Fact]
    public void A_script_covers_no_version_that_has_one_of_its_own() =>
        Assert.Equal(["rollback_8: 0008_c"], Plan(["6", "8"], ["0006_a", "0007_b", "0008_c"], null));

    [Fact]
    public void A_target_takes_back_everything_behind_it_newest_first() =>
        Assert.Equal(
            ["rollback_8: 0009_d 0008_c", "rollback_6: 0007_b 0006_a"],
            Plan(["6", "8"], ["0001_x", "0006_a", "0007_b", "0008_c", "0009_d"], "0005")
        );

    [Fact]
    public void A_target_at_the_newest_version_takes_back_nothing() => Assert.Empty(Plan(["6"], ["0006_a"], "6"));

    [Fact]
    public void Order_of_application_does_not_matter_only_versions_do() =>
        Assert.Equal(["rollback_6: 0010_z 0009_y"], Plan(["6"], ["0010_z", "0009_y"], null));

    [Fact]
    public void Uncovered_migrations_are_named()
    {
        Assert.Contains("0002_b, 0001_a", Fails(["3"], ["0001_a", "0002_b", "0003_c"], "0"), StringComparison.Ordinal);
        Assert.Contains("0001_a", Fails([], ["0001_a"], null), StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_cannot_take_back_the_half_behind_the_target() =>
        Assert.Contains("0008_c, 0007_b", Fails(["6"], ["0006_a", "0007_b", "0008_c"], "6"), StringComparison.Ordinal);

    [Fact]
    public void Without_a_history_the_folder_says_what_to_try()
    {
        Assert.Equal(["rollback_8: "], Plan(["6", "8"], [], null));
        Assert.Equal(["rollback_8: ", "rollback_6: "], Plan(["6", "8"], [], "5"));
        Assert.Empty(Plan([], [], null));
    }

    [Fact]
    public void Of_a_history_whose_rows_are_all_undone_nothing_is_taken_back_again()
    {
        Assert.Empty(Plan(["6", "8"], [], null, historyUsed: true));
        Assert.Empty(Plan(["6", "8"], [], "5", historyUsed: true));
    }

    [Theory]
    [InlineData("0003_c", "rollback_3: 0003_c")]
    [InlineData("0002_b 0003_c", "rollback_3: 0003_c", "rollback_1: 0002_b 0001_a")]
    public void What_is_chosen_must_be_the_newest_and_whole(string chosen, params string[] units)
    {
        string[] names = [.. chosen.Split(' '), .. units.Length > 1 ? new[] { "0001_a" } : []];
        Assert.Equal(units, Plan(["1", "3"], ["0001_a", "0002_b", "0003_c"], null, only: names));
    }

    [Theory]
    [InlineData("0002_b 0001_a", "UndoChoiceNotNewest", "0003_c")]
    [InlineData("0003_c 0002_b", "UndoChoiceNotNewest", "0001_a")]
    [InlineData("0003_c 0004_d", "UndoChoiceNotApplied", "0004_d")]
    public void A_choice_that_leaves_a_newer_or_a_half_is_refused(string chosen, string errorId, string named)
    {
        var error = Assert.Throws<MuedException>(() => Plan(["1", "3"], ["0001_a", "0002_b", "0003_c"], null, only: chosen.Split(' ')));
        Assert.Equal((errorId, ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_migration_at_work_is_left_alone()
    {
        var row = Row("0006_a") with { FinishedAt = null, Leased = true };
        var error = Assert.Throws<MuedException>(() =>
            UndoPlanner.Plan(Folder(["6"], ["0006_a"]), [row], historyUsed: true, new() { Path = "." })
        );
        Assert.Equal("UndoMigrationRunning", error.ErrorId);
    }

    [Theory]
    [InlineData("0002_b 0003_c", "6", "", null)]
    [InlineData("0002_b 0003_c 0007_other", "2", "", "UndoStrangers")]
    [InlineData("0001_other 0002_b 0003_c", "2", "rollback_2: 0003_c 0002_b", null)]
    [InlineData("0002_b 0003_c 0007_other", "2 7", "rollback_2: 0003_c 0002_b", null)]
    public void Rows_of_another_folder_are_left_alone_or_in_the_way(string applied, string scripts, string units, string? errorId)
    {
        string[] files = ["0002_b", "0003_c"];
        IEnumerable<string> Undo() => Plan(scripts.Split(' '), applied.Split(' '), target: null, files: files);
        if (errorId is null && units.Length > 0)
            Assert.Equal(units, Assert.Single(Undo()));
        else
            Assert.Equal(errorId ?? "UndoNotCovered", Assert.Throws<MuedException>(Undo).ErrorId);
    }

    [Fact]
    public void A_row_of_another_folder_cannot_be_chosen()
    {
        var error = Assert.Throws<MuedException>(() => Plan(["1"], ["0001_a", "0002_b"], null, only: ["0002_b"], files: ["0001_a"]));
        Assert.Equal("MigrationNotInFolder", error.ErrorId);
    }

    private static string Fails(string[] scripts, string[] applied, string? target)
    {
        var error = Assert.Throws<MuedException>(() => Plan(scripts, applied, target));
        Assert.Equal(("UndoNotCovered", ExitCode.Usage), (error.ErrorId, error.ExitCode));
        return error.Message;
    }

    private static IEnumerable<string> Plan(
        string[] scripts,
        string[] applied,
        string? target,
        bool historyUsed = false,
        string[]? only = null,
        string[]? files = null
    ) =>
        UndoPlanner
            .Plan(
                Folder(scripts, files ?? applied),
                [.. applied.Select(Row)],
                historyUsed || applied.Length > 0,
                new()
                {
                    Path = ".",
                    Target = target,
                    Only = only,
                }
            )
            .Select(unit => $"{unit.Script.Name}: {string.Join(' ', unit.Rows.Select(row => row.Migration))}");

    private static MigrationFolder Folder(string[] scripts, string[] files) =>
        new(
            "folder",
            [
                .. files.Select(name => new MigrationFile(
                    name,
                    MigrationVersion.OfName(name)!.Value,
                    name,
                    SqlScript.Parse("SELECT 1;", name)
                )),
            ],
            [.. scripts.Select(Script)],
            []
        );

    private static MigrationFile Script(string version) =>
        new(
            "rollback_" + version,
            MigrationVersion.Parse(version, ""),
            version + ".sql",
            SqlScript.Parse("DROP TABLE a;", version + ".sql")
        );

    private static HistoryRow Row(string name) =>
        new(
            name,
            name[..4],
            HistoryTable.MigrationKind,
            Guid.NewGuid(),
            "",
            "",
            1,
            1,
            "here (1)",
            "me",
            DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch,
            Leased: false
        );
}
