namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb migrate</c></summary>
internal static class MigrateCommand
{
    public static async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = context.Options.Connect(context.Parsed);
        var options = context.Options.Migrations(context.Parsed);
        return ReportDocument.From(await MigrationRunner.RunAsync(settings, options, context.Progress, cancellationToken));
    }
}
