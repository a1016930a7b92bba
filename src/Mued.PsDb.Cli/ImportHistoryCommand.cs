using Mued.PsDb.Reporting;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb import-history</c></summary>
internal sealed class ImportHistoryCommand()
    : FleetCommand(
        "import-history",
        TargetOptions.TenantSchema,
        SharedOptions.Path,
        SharedOptions.Layout,
        SharedOptions.Variable,
        SharedOptions.Exclude,
        SharedOptions.AllowDuplicateVersion,
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
    protected override TargetWork Prepare(CommandContext context)
    {
        var shared = SharedOptions.Migrations(context.Parsed);
        var options = SharedOptions.Run(
            context.Parsed,
            new ImportOptions
            {
                Path = shared.Path,
                PathReason = shared.PathReason,
                Layout = shared.Layout,
                Variables = shared.Variables,
                Exclude = shared.Exclude,
                AllowDuplicateVersion = shared.AllowDuplicateVersion,
                HistoryTable = shared.HistoryTable,
            }
        );
        var folder = Task.Run(options.ReadFolder);
        return new(
            async (settings, progress, token) =>
                ReportDocument.From(await HistoryImport.RunOnAsync(settings, options, await folder, progress, token))
        )
        {
            Files = folder,
        };
    }
}
