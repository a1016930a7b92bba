using System.CommandLine;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb test-slo</c></summary>
internal sealed class TestSloCommand()
    : FleetCommand("test-slo", SharedOptions.TimeZone, Days, To, MinimumQueries, Objective, MonthlyBudget)
{
    private static readonly Option<int?> Days = CliOption.Number("--days");
    private static readonly Option<DateOnly?> To = CliOption.Day("--to");
    private static readonly Option<int?> MinimumQueries = CliOption.Number("--minimum-queries");
    private static readonly Option<string[]> Objective = CliOption.Texts("--objective", "NAME=VALUE|FILE");
    private static readonly Option<decimal?> MonthlyBudget = CliOption.Amount("--monthly-budget");

    protected override TargetWork Prepare(CommandContext context)
    {
        var (parsed, defaults) = (context.Parsed, new SloOptions());
        var options = new SloOptions
        {
            TimeZone = parsed.GetValue(SharedOptions.TimeZone) ?? defaults.TimeZone,
            Days = parsed.GetValue(Days) ?? defaults.Days,
            To = parsed.GetValue(To),
            MinimumQueries = parsed.GetValue(MinimumQueries) ?? defaults.MinimumQueries,
            Objectives = SloObjectives.Read(parsed.GetValue(Objective) ?? []),
            MonthlyBudget = parsed.GetValue(MonthlyBudget),
        };
        return new(async (settings, _, token) => ReportDocument.From(await SloTest.RunAsync(settings, options, token)));
    }
}
