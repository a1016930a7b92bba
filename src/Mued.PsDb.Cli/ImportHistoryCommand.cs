using System.CommandLine;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb import-history</c></summary>
internal sealed class ImportHistoryCommand()
    : CliCommand(
        "import-history",
        SharedOptions.Url,
        SharedOptions.EnvFile,
        Folder,
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
    private static readonly Option<string> Folder = CliOption.Text("--path", "DIR", required: true);

    protected override async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (settings, shared) = (context.Connect(), SharedOptions.Migrations(context.Parsed));
        var options = SharedOptions.Run(
            context.Parsed,
            new ImportOptions
            {
                Path = context.Parsed.GetRequiredValue(Folder),
                Layout = shared.Layout,
                Variables = shared.Variables,
                Exclude = shared.Exclude,
                HistoryTable = shared.HistoryTable,
            }
        );
        return ReportDocument.From(await HistoryImport.RunAsync(settings, options, context.Progress, cancellationToken));
    }
}
