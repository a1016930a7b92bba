using System.CommandLine;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb restore</c></summary>
internal sealed class RestoreCommand()
    : CliCommand(
        "restore",
        SharedOptions.Url,
        SharedOptions.EnvFile,
        BackupPath,
        OnConflict,
        SchemaObjects,
        AllowOtherDatabase,
        SharedOptions.DryRun,
        SharedOptions.LockTimeout,
        SharedOptions.MaxBlocking,
        SharedOptions.StatementTimeout,
        SharedOptions.AllowReadOnlyDefault,
        SharedOptions.MaxAttempts,
        SharedOptions.RetryTime
    )
{
    private static readonly Option<string> BackupPath = CliOption.Text("--backup-path", "DIR", required: true);
    private static readonly Option<ConflictAction?> OnConflict = CliOption.Choice<ConflictAction>("--on-conflict", "skip|fail|replace");
    private static readonly Option<SchemaObjectsAction?> SchemaObjects = CliOption.Choice<SchemaObjectsAction>(
        "--schema-objects",
        "restore|report"
    );
    private static readonly Option<bool> AllowOtherDatabase = CliOption.Flag("--allow-other-database");

    protected override async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (settings, parsed) = (context.Connect(), context.Parsed);
        var options = SharedOptions.Run(
            parsed,
            new RestoreOptions
            {
                Path = parsed.GetRequiredValue(BackupPath),
                OnConflict = parsed.GetValue(OnConflict) ?? default,
                SchemaObjects = parsed.GetValue(SchemaObjects) ?? default,
                AllowOtherDatabase = parsed.GetValue(AllowOtherDatabase),
            }
        );
        return ReportDocument.From(await BackupRestorer.RunAsync(settings, options, context.Progress, cancellationToken));
    }
}
