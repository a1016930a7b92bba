using System.CommandLine;
using Mued.PsDb.Migrations;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb status</c></summary>
internal sealed class StatusCommand()
    : FleetCommand(
        "status",
        TargetOptions.TenantSchema,
        SharedOptions.Path,
        SharedOptions.Phase2,
        SharedOptions.Layout,
        SharedOptions.Variable,
        SharedOptions.Exclude,
        SharedOptions.AllowDuplicateVersion,
        SharedOptions.HistoryTable,
        Offline
    )
{
    private static readonly Option<bool> Offline = CliOption.Flag("--offline");

    protected override bool AsksDatabases(ParseResult parsed) =>
        !parsed.GetValue(Offline) || (TargetOptions.Name(parsed) ? throw Foundation.Texts.Usage("OfflineWithDatabase") : false);

    protected override Task<ReportDocument> RunWithoutAsync(CommandContext context, CancellationToken cancellationToken) =>
        Task.FromResult(ReportDocument.From(MigrationRunner.GetStatusOffline(SharedOptions.Migrations(context.Parsed))));

    protected override TargetWork Prepare(CommandContext context)
    {
        var options = SharedOptions.Migrations(context.Parsed);
        var folder = Task.Run(() => MigrationInput.ReadFolder(options));
        return new(
            async (settings, _, token) => ReportDocument.From(await MigrationRunner.ListAsync(settings, options, await folder, token))
        )
        {
            Files = folder,
        };
    }
}
