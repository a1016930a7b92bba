using System.Management.Automation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Commands;

/// <summary>Writes the schema of a database to a file that Test-MuedSchema and Invoke-MuedMigration take as the expected one.</summary>
[Cmdlet(VerbsData.Export, "MuedSchema", SupportsShouldProcess = true, DefaultParameterSetName = Parts)]
[OutputType(typeof(FileInfo))]
public sealed class ExportMuedSchemaCommand : FleetCmdlet
{
    private const string Parts = "Parts";

    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true)]
    [ArgumentCompleter(typeof(FileCompleter))]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Schemas to take whole; with neither schemas nor tables nor a template it is public.</summary>
    [Parameter(ParameterSetName = Parts)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public string[] Schema { get; set; } = [];

    /// <summary>Tables to take, as schema.table, with what hangs on them.</summary>
    [Parameter(ParameterSetName = Parts)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TableCompleter))]
    public string[] Table { get; set; } = [];

    /// <summary>Takes all schemas and what is in none: extensions, publications, event triggers, casts; with owners and privileges.</summary>
    [Parameter(ParameterSetName = nameof(WholeDatabase), Mandatory = true)]
    public SwitchParameter WholeDatabase { get; set; }

    /// <summary>Takes the owners; with -WholeDatabase that is so unless it is $false.</summary>
    [Parameter]
    public SwitchParameter IncludeOwners { get; set; }

    /// <summary>Takes the privileges; with -WholeDatabase that is so unless it is $false.</summary>
    [Parameter]
    public SwitchParameter IncludePrivileges { get; set; }

    /// <summary>Notes how many rows and bytes each table has, for Test-MuedMigration where it cannot ask the database.</summary>
    [Parameter]
    public SwitchParameter IncludeSizes { get; set; }

    /// <summary>Leaves a file that is there as it is, and says so.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>
    /// A schema file whose hand-written parts are kept: rules for rows, forbidden constraints, and unless given here what is taken.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(FileCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Template { get; set; }

    /// <summary>The history table as schema.table, which is left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    [ValidateNotNullOrEmpty]
    public string? HistoryTable { get; set; }

    /// <inheritdoc/>
    private protected override object Key => HistoryTable ?? "";

    /// <inheritdoc/>
    private protected override string CommandName => "export-schema";

    /// <inheritdoc/>
    private protected override CmdletRun Prepare()
    {
        var path = FullPath(Path);
        var options = new SchemaExportOptions
        {
            Schemas = Schema,
            Tables = Table,
            WholeDatabase = WholeDatabase,
            IncludeOwners = Given(nameof(IncludeOwners), IncludeOwners),
            IncludePrivileges = Given(nameof(IncludePrivileges), IncludePrivileges),
            IncludeSizes = IncludeSizes,
            Template = Template is null ? null : FullPath(Template),
            HistoryTable = Project.HistoryOf(HistoryTable),
        };
        return Each(
            new(
                async (settings, progress, token) =>
                    ReportDocument.From(
                        ExportedSchema.Save(
                            settings,
                            await SchemaExport.RunAsync(settings, options, progress, token).ConfigureAwait(false),
                            path
                        )
                    )
            )
            {
                Activity = "SchemaActivity",
                OwnPath = path,
                MayRun = settings => MayWrite(settings, TargetPath.For(path, settings)),
            }
        );
    }

    /// <inheritdoc/>
    private protected override void Put(ReportDocument document, ConnectionSettings? settings) =>
        WriteObject(
            InvokeProvider.Item.Get([((ExportReport)document.Content).File], force: true, literalPath: true),
            enumerateCollection: true
        );

    private bool MayWrite(ConnectionSettings settings, string path) =>
        NoClobber && File.Exists(path)
            ? throw Foundation.Texts.Usage("FileThere", path)
            : ShouldProcess(path, Texts.Get("ExportSchema", settings.Target));

    private bool? Given(string name, SwitchParameter value) => MyInvocation.BoundParameters.ContainsKey(name) ? value.IsPresent : null;
}
