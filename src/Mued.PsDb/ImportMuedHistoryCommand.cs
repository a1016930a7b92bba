using System.Collections;
using System.Management.Automation;
using Mued.PsDb.Files;

namespace Mued.PsDb.Commands;

/// <summary>Takes over what another tool's history says of a folder of migrations.</summary>
[Cmdlet(VerbsData.Import, "MuedHistory", SupportsShouldProcess = true)]
[OutputType(typeof(ImportReport))]
public sealed class ImportMuedHistoryCommand : ChangingCmdlet, ITenantCmdlet
{
    /// <summary>A pattern for the schemas to work on, of each database; each is a tenant with a history of its own.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? TenantSchema { get; set; }

    /// <summary>The folder that the other tool was run with; without it the one of mued.json, or the folder migrations of the current one.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The convention of the folder; without it the one that the folder shows.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public MigrationLayout? Layout { get; set; }

    /// <summary>What the placeholders of the files stand for, by name, where the layout has any.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public Hashtable? Variable { get; set; }

    /// <summary>Patterns of file names to leave out.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ExcludeCompleter))]
    public string[] Exclude { get; set; } = [];

    /// <summary>Allows several files with one version, where the other tool tells them apart.</summary>
    [Parameter]
    public SwitchParameter AllowDuplicateVersion { get; set; }

    /// <summary>Our history table as schema.table.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    [ValidateNotNullOrEmpty]
    public string? HistoryTable { get; set; }

    /// <inheritdoc/>
    private protected override object Key => (Path, Layout, HistoryTable);

    /// <inheritdoc/>
    private protected override string CommandName => "import-history";

    /// <inheritdoc/>
    private protected override CmdletRun Prepare()
    {
        var options = Options();
        var folder = new Lazy<MigrationFolder>(options.ReadFolder);
        return Each(
            new(
                async (settings, progress, token) =>
                    ReportDocument.From(
                        await HistoryImport.RunOnAsync(settings, options, folder.Value, progress, token).ConfigureAwait(false)
                    )
            )
            {
                Activity = "ImportActivity",
                Files = () => Task.Run(() => folder.Value),
                MayRun = settings => MayRun(settings, options),
            }
        );
    }

    private bool MayRun(ConnectionSettings settings, ImportOptions options)
    {
        if (IsWhatIf)
        {
            var plan = Await(token => HistoryImport.RunAsync(settings, options with { DryRun = true }, null, token));
            foreach (var migration in plan.Migrations.Where(migration => migration.Status == ImportStatus.Imported))
                ShouldProcess(settings.Target, Texts.Get("ImportOne", migration.Name, plan.Tool));
            foreach (var warning in plan.Warnings)
                WriteWarning(warning);
            return false;
        }

        return DryRun || ShouldProcess(settings.Target, Texts.Get("ImportHistory", options.Path));
    }

    private ImportOptions Options()
    {
        var folder = Choose(Path, phase2: false);
        return Run(
            new ImportOptions
            {
                Path = folder.Path,
                PathReason = folder.Reason,
                Layout = folder.LayoutOf(Layout),
                Variables = NamesOf(Variable),
                Exclude = Exclude,
                AllowDuplicateVersion = folder.AllowsDuplicateVersion(AllowDuplicateVersion),
                HistoryTable = Project.HistoryOf(HistoryTable),
            }
        );
    }
}
