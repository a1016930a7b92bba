namespace Mued.PsDb.Tests.Plans;

/// <summary>A plan holds every option that says what is done: one that was forgotten could be changed between approval and run.</summary>
public class PlanSwitchesTests
{
    // Where the files are, what they build on, what the result is held against, what fills the files (held by their checksums), and how a
    // run waits.
    private static readonly string[] Others = ["Path", "PathReason", "RequiredTables", "SchemaFile", "Variables", "WaitTimeout", "Plan"];

    private static readonly PlanSwitches All = new()
    {
        HistoryTable = "ops.history",
        Layout = MigrationLayout.Plain,
        Target = "0002",
        Baseline = "0001",
        Only = ["0002_b"],
        Exclude = ["*_old.sql"],
        AllowDuplicateVersion = true,
        AllowOutOfOrder = true,
        AcceptChanged = true,
        Reapply = true,
        Resume = ResumeChoice.Done,
    };

    [Fact]
    public void Every_option_that_says_what_is_done_is_one()
    {
        var own = typeof(MigrationOptions).GetProperties().Where(property => property.DeclaringType == typeof(MigrationOptions));
        Assert.Equal(
            own.Select(property => property.Name).Except(Others).Order(StringComparer.Ordinal),
            typeof(PlanSwitches).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Each_is_named_when_it_is_given_and_kept_by_the_run_that_is_held_to_it()
    {
        Assert.Equal(
            typeof(PlanSwitches).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal),
            All.Given.Keys.Order(StringComparer.Ordinal)
        );
        Assert.Equal(All.Given, Held(new() { Path = "x" }, All).Switches.Given);
    }

    [Fact]
    public void One_that_the_run_is_given_otherwise_is_refused()
    {
        var error = Assert.Throws<MuedException>(() => Held(new() { Path = "x", Target = "0003" }, All));
        Assert.Equal(("PlanHoldsSwitch", ExitCode.Usage), (error.ErrorId, error.ExitCode));
    }

    private static MigrationOptions Held(MigrationOptions options, PlanSwitches switches) =>
        options.HeldTo(
            new()
            {
                FormatVersion = MigrationPlanReport.CurrentFormatVersion,
                Checksum = "",
                Status = RunStatus.Planned,
                StartedAt = default,
                Database = new("d", "u@h:1/d", null, "15"),
                Path = options.Path,
                Switches = switches,
                Variables = [],
                Migrations = [],
                History = [],
            }
        );
}
