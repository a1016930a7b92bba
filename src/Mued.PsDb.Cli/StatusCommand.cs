namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb status</c></summary>
internal static class StatusCommand
{
    public static async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = context.Options.Connect(context.Parsed);
        var options = context.Options.Migrations(context.Parsed);
        var migrations = await MigrationRunner.GetMigrationsAsync(settings, options, cancellationToken);
        return ReportDocument.From(new StatusReport(settings.Target, settings.Source, options.Path, migrations));
    }
}
