using Mued.PsDb.Reporting;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb test-connection</c></summary>
internal sealed class TestConnectionCommand()
    : FleetCommand(
        "test-connection",
        TargetOptions.TenantSchema,
        SharedOptions.Path,
        SharedOptions.Phase2,
        SharedOptions.Layout,
        SharedOptions.Variable,
        SharedOptions.Exclude
    )
{
    protected override TargetWork Prepare(CommandContext context)
    {
        var parsed = context.Parsed;
        var folder = SharedOptions.Folder(parsed);
        var shared = SharedOptions.Migrations(parsed, folder);
        var options = new ConnectionTestOptions
        {
            Path = shared.Path,
            PathReason = shared.PathReason,
            Layout = shared.Layout,
            Variables = shared.Variables,
            Exclude = shared.Exclude,
            RequiredTables = folder.Project?.RequiredTables,
        };
        var reading = Task.Run(options.ReadFolder);
        return new(async (settings, _, token) => ReportDocument.From(await ConnectionTest.RunOnAsync(settings, options, reading, token)))
        {
            Files = reading,
        };
    }
}
