using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>Connects and looks around: server, TLS, rights, and what the migrations build on. Changes nothing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MuedConnection")]
[OutputType(typeof(ConnectionReport), typeof(bool))]
public sealed class TestMuedConnectionCommand : FolderCmdlet, ITenantCmdlet
{
    /// <summary>A pattern for the schemas to work on, of each database; each is a tenant with a history of its own.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KnownValueCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? TenantSchema { get; set; }

    /// <summary>Gives true or false in place of the report, and no error when the test fails.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    private protected override string CommandName => "test-connection";

    /// <inheritdoc/>
    private protected override CmdletRun Prepare()
    {
        var folder = Folder;
        var options = new ConnectionTestOptions
        {
            Path = folder.Path,
            PathReason = folder.Reason,
            Layout = folder.LayoutOf(Layout),
            Variables = NamesOf(Variable),
            Exclude = Exclude,
            RequiredTables = folder.Project?.RequiredTables,
        };
        return Each(
            new(
                async (settings, _, token) =>
                    ReportDocument.From(await ConnectionTest.RunAsync(settings, options, token).ConfigureAwait(false))
            )
            {
                Activity = "ConnectionActivity",
            }
        );
    }

    /// <inheritdoc/>
    private protected override object RecordOf(ReportDocument document) => Quiet ? !document.Failed : document.Content;

    /// <inheritdoc/>
    private protected override ErrorRecord? ErrorOf(ReportDocument document) =>
        Quiet || !document.Failed ? null : base.ErrorOf(document) ?? ErrorRecords.From((ConnectionReport)document.Content);
}
