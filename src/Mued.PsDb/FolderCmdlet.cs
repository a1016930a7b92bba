using System.Collections;
using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>A cmdlet that reports on the migrations of a folder and changes nothing.</summary>
public abstract class FolderCmdlet : ReportingCmdlet
{
    /// <summary>The folder of the migrations; without it the bundled Phase 2.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The convention of the folder; without it the one that the folder shows.</summary>
    [Parameter]
    public MigrationLayout Layout { get; set; }

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

    /// <summary>Allows several files with one version; they run in the order of their names.</summary>
    [Parameter]
    public SwitchParameter AllowDuplicateVersion { get; set; }

    /// <summary>The history table as schema.table.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    [ValidateNotNullOrEmpty]
    public string HistoryTable { get; set; } = MigrationOptions.DefaultHistoryTable;

    /// <summary>The folder as it is read, and its history.</summary>
    private protected MigrationOptions Migrations =>
        new()
        {
            Path = MigrationsFolder(Path),
            Layout = Layout,
            Variables = NamesOf(Variable),
            Exclude = Exclude,
            AllowDuplicateVersion = AllowDuplicateVersion,
            HistoryTable = HistoryTable,
        };
}
