using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>Begins a migration: writes the files of the next version, in the convention of the folder. No database is asked.</summary>
[Cmdlet(VerbsCommon.New, "MuedMigration", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class NewMuedMigrationCommand : PSCmdlet
{
    /// <summary>What the migration does, in a few words; spaces become underscores.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    public string Name { get; set; } = "";

    /// <summary>The folder of the migrations, which is made where it is not there; without it the folder migrations of the current one.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The convention of the folder; without it the one that the folder shows.</summary>
    [Parameter]
    public MigrationLayout? Layout { get; set; }

    /// <summary>Takes the time, in UTC, for the version, and not the next number.</summary>
    [Parameter]
    public SwitchParameter Timestamp { get; set; }

    /// <summary>Writes the files.</summary>
    protected override void ProcessRecord()
    {
        try
        {
            var plan = NewMigration.Plan(Options());
            if (!ShouldProcess(plan.ToString(), Texts.Get("NewMigration")))
                return;
            NewMigration.Write(plan);

            // The provider's own objects carry the path by which other cmdlets take files.
            WriteObject(InvokeProvider.Item.Get([.. plan.Files], force: true, literalPath: true), enumerateCollection: true);
        }
        catch (MuedException e)
        {
            WriteError(ErrorRecords.From(e, Name));
        }
    }

    private NewMigrationOptions Options()
    {
        var project = ProjectSearch.Find(SessionState.Path.CurrentFileSystemLocation.ProviderPath);
        var named = Path is null || Path == BundledSql.Migrations ? Path : GetUnresolvedProviderPathFromPSPath(Path);
        var folder = FolderChoice.ForNew(named, project);
        WriteVerbose(Texts.Get("FolderOf", folder.Path, folder.Reason));
        return new()
        {
            Path = folder.Path,
            PathReason = folder.Reason,
            Layout = folder.LayoutOf(Layout),
            Name = Name,
            Timestamp = Timestamp,
        };
    }
}
