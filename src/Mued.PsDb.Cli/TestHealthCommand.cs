using System.CommandLine;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb test-health</c></summary>
internal sealed class TestHealthCommand()
    : FleetCommand(
        "test-health",
        Limit,
        Since,
        SharedOptions.Path,
        SharedOptions.Phase2,
        SharedOptions.Layout,
        SharedOptions.Variable,
        SharedOptions.Exclude,
        SharedOptions.AllowDuplicateVersion,
        SharedOptions.HistoryTable
    )
{
    private static readonly Option<string[]> Limit = CliOption.Texts("--limit", "NAME=VALUE|FILE");
    private static readonly Option<string> Since = CliOption.Text("--since", "FILE");

    protected override TargetWork Prepare(CommandContext context)
    {
        var parsed = context.Parsed;
        var options = new HealthOptions
        {
            Limits = HealthLimits.Read(parsed.GetValue(Limit) ?? []),
            Since = parsed.GetValue(Since),
            Migrations = SharedOptions.Migrations(parsed),
        };
        var folder = Task.Run(options.ReadFolder);
        HealthOptions Of(ConnectionSettings settings) => options with { Since = TargetPath.For(options.Since, settings) };
        return new(
            async (settings, _, token) => ReportDocument.From(await HealthTest.RunOnAsync(settings, Of(settings), await folder, token))
        )
        {
            Files = folder,
        };
    }
}
