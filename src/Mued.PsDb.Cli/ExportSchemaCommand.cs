using System.CommandLine;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb export-schema</c></summary>
internal sealed class ExportSchemaCommand()
    : CliCommand(
        "export-schema",
        SharedOptions.Url,
        SharedOptions.EnvFile,
        SnapshotFile,
        Template,
        Schemas,
        Tables,
        SharedOptions.HistoryTable
    )
{
    private static readonly Option<string> SnapshotFile = CliOption.Text("--schema", "FILE");
    private static readonly Option<string> Template = CliOption.Text("--template", "FILE");
    private static readonly Option<string[]> Schemas = CliOption.Texts("--schema-name", "NAME");
    private static readonly Option<string[]> Tables = CliOption.Texts("--table", "NAME");

    protected override async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (settings, parsed) = (context.Connect(), context.Parsed);
        var options = new SchemaExportOptions
        {
            Schemas = parsed.GetValue(Schemas) ?? [],
            Tables = parsed.GetValue(Tables) ?? [],
            Template = parsed.GetValue(Template),
            HistoryTable = SharedOptions.Migrations(parsed).HistoryTable,
        };
        var snapshot = await SchemaExport.RunAsync(settings, options, context.Progress, cancellationToken);
        if (parsed.GetValue(SnapshotFile) is not { } file)
        {
            context.Write(snapshot.ToJson());
            return null;
        }

        snapshot.Save(file);
        return ReportDocument.From(new ExportReport(settings.Target, settings.Source, file, snapshot.Relations.Count));
    }
}
