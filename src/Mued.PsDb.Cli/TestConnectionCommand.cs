namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb test-connection</c></summary>
internal sealed class TestConnectionCommand() : CliCommand("test-connection", SharedOptions.Url, SharedOptions.EnvFile)
{
    protected override async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken) =>
        ReportDocument.From(await ConnectionTest.RunAsync(context.Connect(), cancellationToken: cancellationToken));
}
