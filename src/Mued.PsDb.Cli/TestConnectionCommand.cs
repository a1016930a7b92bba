using Mued.PsDb.Reporting;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb test-connection</c></summary>
internal sealed class TestConnectionCommand() : FleetCommand("test-connection")
{
    protected override TargetWork Prepare(CommandContext context) =>
        new(async (settings, _, token) => ReportDocument.From(await ConnectionTest.RunAsync(settings, cancellationToken: token)));
}
