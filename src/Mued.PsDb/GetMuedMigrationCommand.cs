using System.Collections;
using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>
/// Lists the migrations of a folder and of the history of a database: applied, pending, changed, missing. Changes nothing.
/// </summary>
[Cmdlet(VerbsCommon.Get, "MuedMigration")]
[OutputType(typeof(MigrationInfo))]
public sealed class GetMuedMigrationCommand : MuedCmdlet
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
    public Hashtable? Variable { get; set; }

    /// <summary>Patterns of file names to leave out.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Exclude { get; set; } = [];

    /// <summary>Allows several files with one version.</summary>
    [Parameter]
    public SwitchParameter AllowDuplicateVersion { get; set; }

    /// <summary>The history table as schema.table.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(HistoryTableCompleter))]
    [ValidateNotNullOrEmpty]
    public string HistoryTable { get; set; } = MigrationOptions.DefaultHistoryTable;

    /// <summary>Asks no database: what the folder holds is listed, and where it stands is Unknown.</summary>
    [Parameter]
    public SwitchParameter Offline { get; set; }

    private MigrationOptions Options =>
        new()
        {
            Path = MigrationsFolder(Path),
            Layout = Layout,
            Variables = NamesOf(Variable),
            Exclude = Exclude,
            AllowDuplicateVersion = AllowDuplicateVersion,
            HistoryTable = HistoryTable,
        };

    /// <inheritdoc/>
    private protected override bool NeedsConnection => !Offline;

    /// <inheritdoc/>
    private protected override void ProcessWithoutConnection() => Write(MigrationRunner.GetStatusOffline(Options), null);

    /// <inheritdoc/>
    protected override void Process(ConnectionSettings settings)
    {
        if (Offline)
            throw Foundation.Texts.Usage("OfflineWithDatabase");
        var options = Options;
        Write(Await(token => MigrationRunner.GetStatusAsync(settings, options, token)), settings);
    }

    private void Write(StatusReport status, ConnectionSettings? settings)
    {
        if (status.LayoutReason is not null)
            WriteVerbose(Texts.Get("LayoutOf", status.LayoutReason));
        if (status.Ignored.Count > 0)
            WriteVerbose(Texts.Get("PassedOver", string.Join(", ", status.Ignored)));
        foreach (var migration in status.Migrations)
            WriteRecord(migration, settings);
    }
}
