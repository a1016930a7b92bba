using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>
/// Lists the migrations of a folder and of the history of a database: applied, pending, changed, missing. Changes nothing.
/// </summary>
[Cmdlet(VerbsCommon.Get, "MuedMigration")]
[OutputType(typeof(MigrationInfo))]
public sealed class GetMuedMigrationCommand : HistoryCmdlet
{
    /// <summary>Asks no database: what the folder holds is listed, and where it stands is Unknown.</summary>
    [Parameter]
    public SwitchParameter Offline { get; set; }

    /// <inheritdoc/>
    private protected override bool NeedsConnection => !Offline;

    // A list is asked for by scripts as often as by people; a build log tells it where that was wanted.
    private protected override bool TellsAgent => Reporter == Reporter.AzurePipelines;

    /// <inheritdoc/>
    private protected override void ProcessWithoutConnection() => Write(MigrationRunner.GetStatusOffline(Migrations), null);

    /// <inheritdoc/>
    protected override void Process(ConnectionSettings settings)
    {
        if (Offline)
            throw Foundation.Texts.Usage("OfflineWithDatabase");
        Write(Await(token => MigrationRunner.GetStatusAsync(settings, Migrations, token)), settings);
    }

    private void Write(StatusReport status, ConnectionSettings? settings)
    {
        WriteVerbose(Texts.Get("FolderOf", status.Path, status.PathReason));
        if (status.LayoutReason is not null)
            WriteVerbose(Texts.Get("LayoutOf", status.LayoutReason));
        if (status.Ignored.Count > 0)
            WriteVerbose(Texts.Get("PassedOver", string.Join(", ", status.Ignored)));
        Tell(ReportDocument.From(status));
        foreach (var migration in status.Migrations)
            WriteRecord(migration, settings);
    }
}
