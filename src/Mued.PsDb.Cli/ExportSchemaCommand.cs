using System.CommandLine;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Cli;

/// <summary><c>mued-psdb export-schema</c></summary>
internal sealed class ExportSchemaCommand()
    : FleetCommand(
        "export-schema",
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

    protected override TargetWork Prepare(CommandContext context)
    {
        var parsed = context.Parsed;
        var file = parsed.GetValue(SnapshotFile);
        if (file is null && TargetOptions.MeanMany(parsed))
            throw Texts.Error("ExportOfManyWithoutFile", ExitCode.Usage).ToException();
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
        return new(
            async (settings, progress, token) =>
            {
                var snapshot = await SchemaExport.RunAsync(settings, options, progress, token);
                if (file is not null)
                    return ReportDocument.From(ExportedSchema.Save(settings, snapshot, file));
                context.Write(snapshot.ToJson());
                return null;
            }
        )
        {
            OwnPath = file,
        };
    }

    private static bool? Choice(bool yes, bool no) =>
        no ? false
        : yes ? true
        : null;
}
