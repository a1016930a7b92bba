namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb test-connection</c></summary>
internal static class TestConnectionCommand
{
    public static async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken) =>
        ReportDocument.From(await ConnectionTest.RunAsync(context.Options.Connect(context.Parsed), cancellationToken: cancellationToken));
}
