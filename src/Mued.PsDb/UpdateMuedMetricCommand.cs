using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>Computes the figures of calendar days from the dialogues and keeps them, one row a day.</summary>
[Cmdlet(VerbsData.Update, "MuedMetric", SupportsShouldProcess = true, DefaultParameterSetName = Day)]
[OutputType(typeof(MetricsReport))]
public sealed class UpdateMuedMetricCommand : ReportingCmdlet
{
    private const string Day = "Day";
    private const string Period = "Period";

    /// <summary>This day alone; without it, and without a period, yesterday.</summary>
    [Parameter(ParameterSetName = Day)]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public DateTime? Date { get; set; }

    /// <summary>The first day of a period.</summary>
    [Parameter(ParameterSetName = Period)]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public DateTime? From { get; set; }

    /// <summary>The last day of a period.</summary>
    [Parameter(ParameterSetName = Period)]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public DateTime? To { get; set; }

    /// <summary>Takes only the days that have dialogues and no row.</summary>
    [Parameter(ParameterSetName = Period)]
    public SwitchParameter Missing { get; set; }

    /// <summary>The time zone of the days, by its IANA name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public string TimeZone { get; set; } = MetricsOptions.DefaultTimeZone;

    /// <inheritdoc/>
    private protected override string CommandName => "update-metrics";

    /// <inheritdoc/>
    private protected override CmdletRun Prepare()
    {
        var options = MetricsOptions.Of(TimeZone, DayOf(Date), DayOf(From), DayOf(To), Missing);
        return Each(
            new(
                async (settings, _, token) =>
                    ReportDocument.From(await MetricsUpdate.RunAsync(settings, options, token).ConfigureAwait(false))
            )
            {
                Activity = "MetricsActivity",
                MayRun = settings => ShouldProcess(settings.Target, Texts.Get("UpdateMetrics")),
            }
        );
    }

    private static DateOnly? DayOf(DateTime? day) => day is { } value ? DateOnly.FromDateTime(value) : null;
}
