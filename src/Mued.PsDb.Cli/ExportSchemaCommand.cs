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
        WholeDatabase,
        IncludeOwners,
        NoOwners,
        IncludePrivileges,
        NoPrivileges,
        IncludeSizes,
        SharedOptions.HistoryTable
    )
{
    private static readonly Option<string> SnapshotFile = CliOption.Text("--schema", "FILE");
    private static readonly Option<string> Template = CliOption.Text("--template", "FILE");
    private static readonly Option<string[]> Schemas = CliOption.Texts("--schema-name", "NAME");
    private static readonly Option<string[]> Tables = CliOption.Texts("--table", "NAME");
    private static readonly Option<bool> WholeDatabase = CliOption.Flag("--whole-database");
    private static readonly Option<bool> IncludeOwners = CliOption.Flag("--include-owners");
    private static readonly Option<bool> NoOwners = CliOption.Flag("--no-owners");
    private static readonly Option<bool> IncludePrivileges = CliOption.Flag("--include-privileges");
    private static readonly Option<bool> NoPrivileges = CliOption.Flag("--no-privileges");
    private static readonly Option<bool> IncludeSizes = CliOption.Flag("--include-sizes");

    protected override async Task<ReportDocument?> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (settings, parsed) = (context.Connect(), context.Parsed);
        var options = new SchemaExportOptions
        {
            Schemas = parsed.GetValue(Schemas) ?? [],
            Tables = parsed.GetValue(Tables) ?? [],
            WholeDatabase = parsed.GetValue(WholeDatabase),
            IncludeOwners = Choice(parsed.GetValue(IncludeOwners), parsed.GetValue(NoOwners)),
            IncludePrivileges = Choice(parsed.GetValue(IncludePrivileges), parsed.GetValue(NoPrivileges)),
            IncludeSizes = parsed.GetValue(IncludeSizes),
            Template = parsed.GetValue(Template),
            HistoryTable = SharedOptions.Project.HistoryOf(parsed.GetValue(SharedOptions.HistoryTable)),
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

    private static bool? Choice(bool yes, bool no) =>
        no ? false
        : yes ? true
        : null;
}
