using System.CommandLine;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb restore</c></summary>
internal sealed class RestoreCommand()
    : FleetCommand(
        "restore",
        TargetOptions.TenantSchema,
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

    protected override TargetWork Prepare(CommandContext context)
    {
        var parsed = context.Parsed;
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
        RestoreOptions Of(ConnectionSettings settings) => options with { Path = TargetPath.For(options.Path, settings) };
        return new(
            async (settings, progress, token) => ReportDocument.From(await BackupRestorer.RunAsync(settings, Of(settings), progress, token))
        )
        {
            OwnPath = options.Path,
        };
    }
}
