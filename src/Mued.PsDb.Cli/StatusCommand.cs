namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb status</c></summary>
internal sealed class StatusCommand()
    : CliCommand(
        "status",
        SharedOptions.Url,
        SharedOptions.EnvFile,
        SharedOptions.Path,
        SharedOptions.Exclude,
        SharedOptions.AllowDuplicateVersion,
        SharedOptions.HistoryTable
    )
{
    protected override async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = context.Connect();
        var options = SharedOptions.Migrations(context.Parsed);
        var migrations = await MigrationRunner.GetMigrationsAsync(settings, options, cancellationToken);
        return ReportDocument.From(new StatusReport(settings.Target, settings.Source, options.Path, migrations));
    }
}
