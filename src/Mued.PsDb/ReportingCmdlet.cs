using System.Management.Automation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Commands;

/// <summary>A cmdlet whose outcome can also be written to a file and be told to a build agent.</summary>
public abstract class ReportingCmdlet : FleetCmdlet
{
    private int reports;

    /// <summary>
    /// A file for the report, whose ending says the format: .json, .xml (JUnit), .md, .html or .sarif. It holds all databases; with
    /// {database} or {host} in its name each has a file of its own.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(FileCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ReportPath { get; set; }

    /// <summary>Who else is told about the run; Auto detects a build agent.</summary>
    [Parameter]
    public Reporter Reporter { get; set; }

    /// <inheritdoc/>
    private protected override bool TellsAgent =>
        Reporter switch
        {
            Reporter.AzurePipelines => true,
            Reporter.None => false,
            _ => AzurePipelines.IsAgent,
        };

    private bool NamesTargets => ReportPath is not null && TargetPath.IsOfTarget(ReportPath);

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            if (ReportPath is not null && !NamesTargets)
                ReportFile.Check(FullPath(ReportPath));
        }
        catch (MuedException e)
        {
            ThrowTerminatingError(ErrorRecords.From(e, ReportPath));
        }
    }

    /// <inheritdoc/>
    private protected override void NameReports(IReadOnlyList<ConnectionSettings?> databases)
    {
        if (NamesTargets)
            TargetPath.CheckReports(FullPath(ReportPath!), databases);
    }

    /// <inheritdoc/>
    private protected override void Put(ReportDocument document, ConnectionSettings? settings)
    {
        var record = RecordOf(document);
        if (settings is null)
            WriteObject(record);
        else
            WriteRecord(record, settings);
        if (ErrorOf(document) is { } error)
            Fail(error);
    }

    /// <summary>What the pipeline gets.</summary>
    private protected virtual object RecordOf(ReportDocument document) => document.Content;

    /// <summary>The error that goes with the record; null when there is none.</summary>
    private protected virtual ErrorRecord? ErrorOf(ReportDocument document) => ErrorRecords.Of(document);

    /// <summary>Reports on what is about no database, or about several in one report.</summary>
    private protected void Publish(ReportDocument document, ConnectionSettings? settings = null)
    {
        if (Keeper(settings)(document) is { } unwritten)
            WriteError(unwritten);
        Tell(document);
        Put(document, settings);
    }

    /// <inheritdoc/>
    private protected sealed override Func<ReportDocument, ErrorRecord?> Keeper(ConnectionSettings? settings)
    {
        if (ReportPath is null || (settings is null && NamesTargets))
            return _ => null;
        var path = FullPath(ReportPath);
        path = settings is not null && NamesTargets ? TargetPath.For(path, settings) : Next(path);
        return document => Try(document, () => ReportFile.Write(path, document));
    }

    /// <inheritdoc/>
    private protected sealed override void Tell(ReportDocument document)
    {
        if (!TellsAgent)
            return;
        using var lines = new StringWriter();
        var untold = Try(document, () => new AzurePipelinesReportWriter(AzurePipelines.TemporaryFolder).Write(document, lines));
        if (untold is not null)
            WriteError(untold);
        WriteHost(lines.ToString().TrimEnd());
    }

    /// <inheritdoc/>
    private protected sealed override void TellPart(ReportDocument part, ConnectionSettings? settings)
    {
        if (NamesTargets && settings is not null && Keeper(settings)(part) is { } unwritten)
            WriteError(unwritten);
        if (TellsAgent)
            WriteHost(UntrustedText.OneLine(part.Line));
    }

    // What was done is told all the same.
    private static ErrorRecord? Try(ReportDocument document, Action write)
    {
        try
        {
            write();
            return null;
        }
        catch (MuedException e)
        {
            return ErrorRecords.From(e, document.Target);
        }
    }

    // Databases that differ in their folders are reported on apart.
    private string Next(string path) =>
        ++reports == 1 ? path : System.IO.Path.ChangeExtension(path, null) + $"-{reports}" + System.IO.Path.GetExtension(path);
}
