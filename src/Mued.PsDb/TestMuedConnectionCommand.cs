using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>Connects and looks around: server, TLS, rights, base tables, the state of Phase 2. Changes nothing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MuedConnection")]
[OutputType(typeof(ConnectionReport), typeof(bool))]
public sealed class TestMuedConnectionCommand : MuedCmdlet
{
    /// <summary>Gives true or false in place of the report, and no error when the test fails.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void Process(ConnectionSettings settings)
    {
        var report = Await(token => ConnectionTest.RunAsync(settings, new ConnectionTestOptions(), token));
        if (Quiet)
        {
            WriteObject(report.Success);
            return;
        }

        WriteRecord(report, settings);
        if (report.Error is { } error)
            WriteError(ErrorRecords.From(error.ToException(), report.Target));
        else if (!report.Success)
            WriteError(ErrorRecords.From(report));
    }
}
