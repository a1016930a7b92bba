using System.CommandLine;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb undo</c>: without --force it says what would be lost and asks.</summary>
internal sealed class UndoCommand()
    : FleetCommand(
        "undo",
        TargetOptions.TenantSchema,
        SharedOptions.Path,
        SharedOptions.Phase2,
        SharedOptions.Layout,
        SharedOptions.Variable,
        To,
        SharedOptions.Exclude,
        BackupPath,
        NoBackup,
        Force,
        SharedOptions.DryRun,
        SharedOptions.HistoryTable,
        SharedOptions.LockTimeout,
        SharedOptions.MaxBlocking,
        SharedOptions.StatementTimeout,
        SharedOptions.AllowReadOnlyDefault,
        SharedOptions.MaxAttempts,
        SharedOptions.RetryTime
    )
{
    private static readonly Option<string> To = CliOption.Text("--to", "VERSION");
    private static readonly Option<string> BackupPath = CliOption.Text("--backup-path", "DIR");
    private static readonly Option<bool> NoBackup = CliOption.Flag("--no-backup");
    private static readonly Option<bool> Force = CliOption.Flag("--force");

    protected override TargetWork Prepare(CommandContext context)
    {
        var (options, many) = (OptionsOf(context.Parsed), TargetOptions.MeanMany(context.Parsed));
        UndoOptions Of(ConnectionSettings settings) => options with { BackupPath = TargetPath.For(options.BackupPath, settings) };
        if (options.Force || options.DryRun)
            return new(
                async (settings, progress, token) => ReportDocument.From(await UndoRunner.RunAsync(settings, Of(settings), progress, token))
            )
            {
                OwnPath = options.BackupPath,
            };
        if (Question.Impossible || many)
            throw Texts.Error("ConfirmationNeeded", ExitCode.Usage).ToException();
        return new(
            async (settings, progress, token) =>
                await UndoRunner.RunAsync(settings, Of(settings), AskAsync, progress, token) is { } report
                    ? ReportDocument.From(report)
                    : throw Texts.Error("NotConfirmed", ExitCode.Usage).ToException()
        );
    }

    private static UndoOptions OptionsOf(ParseResult parsed)
    {
        var shared = SharedOptions.Migrations(parsed);
        return SharedOptions.Run(
            parsed,
            new UndoOptions
            {
                Path = shared.Path,
                PathReason = shared.PathReason,
                Layout = shared.Layout,
                Variables = shared.Variables,
                Exclude = shared.Exclude,
                Target = parsed.GetValue(To),
                BackupPath = parsed.GetValue(BackupPath),
                NoBackup = parsed.GetValue(NoBackup),
                Force = parsed.GetValue(Force),
                HistoryTable = shared.HistoryTable,
            }
        );
    }

    private static Task<bool> AskAsync(UndoPlan plan, CancellationToken cancellationToken) =>
        Question.AskAsync(
            [
                .. plan.Warnings.Select(warning => UntrustedText.OneLine(Foundation.Texts.Get("Label.Warning") + warning)),
                .. UndoQuestion.Of(plan),
            ],
            cancellationToken
        );
}
