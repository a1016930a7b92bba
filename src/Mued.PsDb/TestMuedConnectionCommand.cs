using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>Connects and looks around: server, TLS, rights, and what the migrations build on. Changes nothing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MuedConnection")]
[OutputType(typeof(ConnectionReport), typeof(bool))]
public sealed class TestMuedConnectionCommand : FolderCmdlet
{
    /// <summary>Gives true or false in place of the report, and no error when the test fails.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void Process(ConnectionSettings settings)
    {
        var folder = Folder;
        var options = new ConnectionTestOptions
        {
            Path = folder.Path,
            PathReason = folder.Reason,
            Layout = Layout ?? folder.Project?.Layout ?? MigrationLayout.Auto,
            Variables = NamesOf(Variable),
            Exclude = Exclude,
            RequiredTables = folder.Project?.RequiredTables,
        };
        var report = Await(token => ConnectionTest.RunAsync(settings, options, token));
        var document = ReportDocument.From(report);
        if (Quiet)
        {
            Tell(document);
            WriteObject(report.Success);
            return;
        }

        Publish(report, document, settings);
        if (document.Error is null && !report.Success)
            WriteError(ErrorRecords.From(report));
    }
}
