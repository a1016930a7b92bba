namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb status</c></summary>
internal sealed class StatusCommand()
    : CliCommand(
        "status",
        SharedOptions.Url,
        SharedOptions.EnvFile,
        SharedOptions.Path,
        SharedOptions.Layout,
        SharedOptions.Variable,
        SharedOptions.Exclude,
        SharedOptions.AllowDuplicateVersion,
        SharedOptions.HistoryTable
    )
{
    protected override async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = context.Connect();
        var options = SharedOptions.Migrations(context.Parsed);
        return ReportDocument.From(await MigrationRunner.GetStatusAsync(settings, options, cancellationToken));
    }
}
