using System.CommandLine;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb update-metrics</c></summary>
internal sealed class UpdateMetricsCommand() : FleetCommand("update-metrics", SharedOptions.TimeZone, Date, From, To, Missing)
{
    private static readonly Option<DateOnly?> Date = CliOption.Day("--date");
    private static readonly Option<DateOnly?> From = CliOption.Day("--from");
    private static readonly Option<DateOnly?> To = CliOption.Day("--to");
    private static readonly Option<bool> Missing = CliOption.Flag("--missing");

    protected override TargetWork Prepare(CommandContext context)
    {
        var parsed = context.Parsed;
        var options = MetricsOptions.Of(
            parsed.GetValue(SharedOptions.TimeZone),
            parsed.GetValue(Date),
            parsed.GetValue(From),
            parsed.GetValue(To),
            parsed.GetValue(Missing)
        );
        return new(async (settings, _, token) => ReportDocument.From(await MetricsUpdate.RunAsync(settings, options, token)));
    }
}
