using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Host;
using Mued.PsDb.Files;

namespace Mued.PsDb.Commands;

/// <summary>
/// A cmdlet that changes what migrations of a folder have made. Records of Get-MuedMigration that come down the pipeline choose
/// migrations: they are collected, and acted on in one run a database, folder and history.
/// </summary>
public abstract class MigrationCmdlet : ChangingCmdlet, ITenantCmdlet
{
    private readonly ChosenMigrations chosen = new();

    /// <summary>A pattern for the schemas to work on, of each database; each is a tenant with a history of its own.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? TenantSchema { get; set; }

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

    /// <summary>The history table as schema.table.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    [ValidateNotNullOrEmpty]
    public string? HistoryTable { get; set; }

    /// <summary>The names of the migrations that were chosen by records; null when all of the folder are meant.</summary>
    private protected IReadOnlyList<string>? Only { get; private set; }

    /// <summary>The folder that is meant.</summary>
    private protected FolderChoice Folder => Choose(Path, Phase2);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        InputObject = null;
        foreach (var (settings, from, names) in chosen.Runs)
        {
            // The tenants of a database are one fleet: of their histories the schema differs, which is each its own.
            (Path, Layout, Only) = (from.Path, from.Layout, names);
            HistoryTable = settings.Schema is null || from.HistoryTable is null ? from.HistoryTable : HistoryName.Alone(from.HistoryTable);
            Guard(settings.Target, () => Process(settings));
        }

        base.EndProcessing();
    }

    /// <summary>Asks a person.</summary>
    /// <param name="question">The sentences of the question.</param>
    /// <param name="captionId">The text above it.</param>
    /// <param name="host">Has PowerShell put the question.</param>
    /// <param name="errorId">The error where nobody is there to be asked.</param>
    private protected static bool Ask(IEnumerable<string> question, string captionId, Func<string, string, bool> host, string errorId)
    {
        var (text, caption) = (string.Join(' ', question), Texts.Get(captionId));
        try
        {
            return host(text, caption);
        }
        catch (Exception e) when (e is PSInvalidOperationException or HostException or NotImplementedException or NullReferenceException)
        {
            // pwsh -NonInteractive, a host without a user interface, one that left the question out, and pwsh at the end of its input.
            throw Foundation.Texts.Error(errorId, ExitCode.Usage, e);
        }
    }

    /// <inheritdoc/>
    private protected override object Key =>
        (
            Path,
            Layout,
            HistoryTable,
            PipedRecord.IsOfBackup(InputObject),
            Only is null ? null : string.Join(System.IO.Path.DirectorySeparatorChar, Only)
        );

    /// <inheritdoc/>
    private protected override bool Chooses(ConnectionSettings settings, string migration)
    {
        chosen.Add(settings, (Path, Layout, HistoryTable), migration);
        return true;
    }
}
