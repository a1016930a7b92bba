using System.Collections;
using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>A cmdlet that reports on the migrations of a folder and changes nothing.</summary>
public abstract class FolderCmdlet : ReportingCmdlet
{
    /// <summary>The folder of the migrations; without it the folder migrations of the current one, or else the bundled Phase 2.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Takes the bundled Phase 2, whatever folder is here.</summary>
    [Parameter]
    public SwitchParameter Phase2 { get; set; }

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

    /// <inheritdoc/>
    private protected override object Key => (Path, Layout, PipedRecord.IsOfBackup(InputObject));

    /// <summary>The folder that is meant.</summary>
    private protected FolderChoice Folder => Choose(Path, Phase2);
}
