using System.CommandLine;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb test-health</c></summary>
internal sealed class TestHealthCommand()
    : CliCommand(
        "test-health",
        SharedOptions.Url,
        SharedOptions.EnvFile,
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

    protected override async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var parsed = context.Parsed;
        var options = new HealthOptions
        {
            Limits = HealthLimits.Read(parsed.GetValue(Limit) ?? []),
            Since = parsed.GetValue(Since),
            Migrations = SharedOptions.Migrations(parsed),
        };
        return ReportDocument.From(await HealthTest.RunAsync(context.Connect(), options, cancellationToken));
    }
}
