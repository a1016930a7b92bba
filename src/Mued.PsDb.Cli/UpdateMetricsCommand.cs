using System.CommandLine;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb update-metrics</c></summary>
internal sealed class UpdateMetricsCommand()
    : CliCommand("update-metrics", SharedOptions.Url, SharedOptions.EnvFile, SharedOptions.TimeZone, Date, From, To, Missing)
{
    private static readonly Option<DateOnly?> Date = CliOption.Day("--date");
    private static readonly Option<DateOnly?> From = CliOption.Day("--from");
    private static readonly Option<DateOnly?> To = CliOption.Day("--to");
    private static readonly Option<bool> Missing = CliOption.Flag("--missing");

    protected override async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var parsed = context.Parsed;
        var options = MetricsOptions.Of(
            parsed.GetValue(SharedOptions.TimeZone),
            parsed.GetValue(Date),
            parsed.GetValue(From),
            parsed.GetValue(To),
            parsed.GetValue(Missing)
        );
        return ReportDocument.From(await MetricsUpdate.RunAsync(context.Connect(), options, cancellationToken));
    }
}
