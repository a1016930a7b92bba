namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb restore</c></summary>
internal static class RestoreCommand
{
    public static async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = context.Options.Connect(context.Parsed);
        return ReportDocument.From(
            await BackupRestorer.RunAsync(settings, context.Options.Restore(context.Parsed), context.Progress, cancellationToken)
        );
    }
}
