using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>Connects and looks around: server, TLS, rights, base tables, the state of Phase 2. Changes nothing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MuedConnection")]
[OutputType(typeof(ConnectionReport), typeof(bool))]
public sealed class TestMuedConnectionCommand : ReportingCmdlet
{
    /// <summary>Gives true or false in place of the report, and no error when the test fails.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void Process(ConnectionSettings settings)
    {
        var report = Await(token => ConnectionTest.RunAsync(settings, new ConnectionTestOptions(), token));
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
