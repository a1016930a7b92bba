using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>Holds the figures of days against the objectives.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MuedSlo")]
[OutputType(typeof(SloReport))]
public sealed class TestMuedSloCommand : ReportingCmdlet
{
    /// <summary>The length of the window, in days.</summary>
    [Parameter]
    [ValidateRange(1, SloOptions.MostDays)]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public int Days { get; set; } = new SloOptions().Days;

    /// <summary>The last day of the window; without it yesterday.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public DateTime? To { get; set; }

    /// <summary>How many dialogues a window needs before it is judged.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public int MinimumQueries { get; set; } = new SloOptions().MinimumQueries;

    /// <summary>Objectives by their names, or a JSON file of them; what is not named keeps its default.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FileCompleter))]
    [ValidateNotNullOrEmpty]
    public object? Objective { get; set; }

    /// <summary>What the month may cost, in JPY.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public decimal? MonthlyBudget { get; set; }

    /// <summary>The time zone of the days, by its IANA name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public string TimeZone { get; set; } = MetricsOptions.DefaultTimeZone;

    /// <inheritdoc/>
    private protected override string CommandName => "test-slo";

    /// <inheritdoc/>
    private protected override CmdletRun Prepare()
    {
        var options = new SloOptions
        {
            TimeZone = TimeZone,
            Days = Days,
            To = To is { } day ? DateOnly.FromDateTime(day) : null,
            MinimumQueries = MinimumQueries,
            Objectives = SloObjectives.Read(NumbersOf(Objective)),
            MonthlyBudget = MonthlyBudget,
        };
        return Each(
            new(async (settings, _, token) => ReportDocument.From(await SloTest.RunAsync(settings, options, token).ConfigureAwait(false)))
            {
                Activity = "SloActivity",
            }
        );
    }
}
