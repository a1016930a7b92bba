using System.CommandLine;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb demo</c>: all commands on a throw-away server, which is gone at the end unless it is to be kept.</summary>
internal sealed class DemoCommand() : CliCommand("demo", Keep)
{
    private static readonly Option<bool> Keep = CliOption.Flag("--keep");

    protected override async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        context.NameReports([null]);
        var keep = context.Parsed.GetValue(Keep);
        var migrations = new MigrationOptions { Path = BundledSql.Migrations };
        context.Progress.Report(new(ProgressKind.Migration, Texts.Get("StartingSandbox")));
        await using var server = await SandboxServer.StartAsync(new() { Keep = keep }, cancellationToken);
        var settings = await SandboxDatabase.CreateAsync(server, "demo", BundledSql.SandboxBase, cancellationToken);

        var connection = await ConnectionTest.RunAsync(settings, cancellationToken: cancellationToken);
        context.Show(ReportDocument.From(connection));
        var first = await MigrationRunner.RunAsync(settings, migrations, context.Progress, cancellationToken);
        context.Show(ReportDocument.From(first));
        var schema = await SchemaTest.RunAsync(settings, new(), context.Progress, cancellationToken);
        context.Show(ReportDocument.From(schema));
        var second = await MigrationRunner.RunAsync(settings, migrations, context.Progress, cancellationToken);
        context.Show(ReportDocument.From(second));
        cancellationToken.ThrowIfCancellationRequested();
        return ReportDocument.From(
            new DemoReport(connection, first, schema, second)
            {
                Url = keep ? server.UrlOf("demo") : null,
                StopCommand = keep ? server.StopCommand : null,
            }
        );
    }
}
