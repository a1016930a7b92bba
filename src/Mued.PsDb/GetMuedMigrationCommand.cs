using System.Management.Automation;
using Mued.PsDb.Files;
using Mued.PsDb.Migrations;

namespace Mued.PsDb.Commands;

/// <summary>
/// Lists the migrations of a folder and of the history of a database: applied, pending, changed, missing. Changes nothing.
/// </summary>
[Cmdlet(VerbsCommon.Get, "MuedMigration")]
[OutputType(typeof(MigrationInfo))]
public sealed class GetMuedMigrationCommand : HistoryCmdlet, ITenantCmdlet
{
    /// <summary>A pattern for the schemas to work on, of each database; each is a tenant with a history of its own.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? TenantSchema { get; set; }

    /// <summary>Asks no database: what the folder holds is listed, and where it stands is Unknown.</summary>
    [Parameter]
    public SwitchParameter Offline { get; set; }

    /// <inheritdoc/>
    private protected override bool NeedsConnection => !Offline;

    // A list is asked for by scripts as often as by people; a build log tells it where that was wanted.
    private protected override bool TellsAgent => Reporter == Reporter.AzurePipelines;

    /// <inheritdoc/>
    private protected override void ProcessWithoutConnection()
    {
        if (MeansMany)
            throw Foundation.Texts.Usage("OfflineWithDatabase");
        Publish([null], () => ReportDocument.From(MigrationRunner.GetStatusOffline(Migrations)));
    }

    /// <inheritdoc/>
    private protected override string CommandName => "status";

    /// <inheritdoc/>
    private protected override CmdletRun Prepare()
    {
        if (Offline)
            throw Foundation.Texts.Usage("OfflineWithDatabase");
        var options = Migrations;
        var folder = new Lazy<MigrationFolder>(() => MigrationInput.ReadFolder(options));
        return Each(
            new(
                async (settings, _, token) =>
                    ReportDocument.From(await MigrationRunner.ListAsync(settings, options, folder.Value, token).ConfigureAwait(false))
            )
            {
                Activity = "ListActivity",
                Files = () => Task.Run(() => folder.Value),
            }
        );
    }

    /// <inheritdoc/>
    private protected override void Put(ReportDocument document, ConnectionSettings? settings)
    {
        var status = (StatusReport)document.Content;
        WriteVerbose(Texts.Get("FolderOf", status.Path, status.PathReason));
        if (status.LayoutReason is not null)
            WriteVerbose(Texts.Get("LayoutOf", status.LayoutReason));
        if (status.Ignored.Count > 0)
            WriteVerbose(Texts.Get("PassedOver", string.Join(", ", status.Ignored)));
        foreach (var migration in status.Migrations)
            WriteRecord(migration, settings);
    }
}
