using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>One that also asks which of the migrations are applied.</summary>
public abstract class HistoryCmdlet : FolderCmdlet
{
    /// <summary>Allows several files with one version; they run in the order of their names.</summary>
    [Parameter]
    public SwitchParameter AllowDuplicateVersion { get; set; }

    /// <summary>The history table as schema.table.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    [ValidateNotNullOrEmpty]
    public string? HistoryTable { get; set; }

    /// <inheritdoc/>
    private protected override object Key => (base.Key, HistoryTable);

    /// <summary>The folder as it is read, and its history.</summary>
    private protected MigrationOptions Migrations =>
        MigrationOptions.For(Folder, Layout, AllowDuplicateVersion) with
        {
            Variables = NamesOf(Variable),
            Exclude = Exclude,
            HistoryTable = Project.HistoryOf(HistoryTable),
        };
}
