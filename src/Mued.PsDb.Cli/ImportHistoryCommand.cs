namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb import-history</c></summary>
internal sealed class ImportHistoryCommand()
    : CliCommand(
        "import-history",
        SharedOptions.Url,
        SharedOptions.EnvFile,
        SharedOptions.Path,
        SharedOptions.Layout,
        SharedOptions.Variable,
        SharedOptions.Exclude,
        SharedOptions.HistoryTable,
        SharedOptions.DryRun,
        SharedOptions.LockTimeout,
        SharedOptions.MaxBlocking,
        SharedOptions.StatementTimeout,
        SharedOptions.AllowReadOnlyDefault,
        SharedOptions.MaxAttempts,
        SharedOptions.RetryTime
    )
{
    protected override async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (settings, shared) = (context.Connect(), SharedOptions.Migrations(context.Parsed));
        var options = SharedOptions.Run(
            context.Parsed,
            new ImportOptions
            {
                Path = shared.Path,
                PathReason = shared.PathReason,
                Layout = shared.Layout,
                Variables = shared.Variables,
                Exclude = shared.Exclude,
                HistoryTable = shared.HistoryTable,
            }
        );
        return ReportDocument.From(await HistoryImport.RunAsync(settings, options, context.Progress, cancellationToken));
    }
}
