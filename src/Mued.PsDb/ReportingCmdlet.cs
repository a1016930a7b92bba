using System.Management.Automation;

namespace Mued.PsDb.Commands;

/// <summary>A cmdlet whose outcome can also be written to a file and be told to a build agent.</summary>
public abstract class ReportingCmdlet : MuedCmdlet
{
    private int reports;

    /// <summary>
    /// A file for the report, whose ending says the format: .json, .xml (JUnit), .md, .html or .sarif. With several databases the second
    /// report gets -2 before the ending, and so on.
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

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            if (ReportPath is not null)
                ReportFile.Check(FullPath(ReportPath));
        }
        catch (MuedException e)
        {
            ThrowTerminatingError(ErrorRecords.From(e, ReportPath));
        }
    }

    /// <summary>
    /// Puts the report on the pipeline, into its file, and before the build agent; then tells the error, if there is one.
    /// </summary>
    /// <param name="report">The record for the pipeline.</param>
    /// <param name="document">The same, laid out for people.</param>
    /// <param name="settings">The database; null for a report that is about none, or several.</param>
    private protected void Publish(object report, ReportDocument document, ConnectionSettings? settings)
    {
        Tell(document);
        if (settings is null)
            WriteObject(report);
        else
            WriteRecord(report, settings);
        if (document.Error is { } error)
            WriteError(ErrorRecords.From(error.ToException(), document.Target));
    }

    /// <summary>Puts the report into its file, and before the build agent.</summary>
    private protected void Tell(ReportDocument document)
    {
        if (ReportPath is not null)
            Try(() => ReportFile.Write(NextReportPath(), document));
        if (TellsAgent)
        {
            using var lines = new StringWriter();
            Try(() => new AzurePipelinesReportWriter(AzurePipelines.TemporaryFolder).Write(document, lines));
            WriteHost(lines.ToString().TrimEnd());
        }

        // What was done is told all the same.
        void Try(Action write)
        {
            try
            {
                write();
            }
            catch (MuedException e)
            {
                WriteError(ErrorRecords.From(e, document.Target));
            }
        }
    }

    private string NextReportPath()
    {
        var path = FullPath(ReportPath!);
        return ++reports == 1 ? path : System.IO.Path.ChangeExtension(path, null) + $"-{reports}" + System.IO.Path.GetExtension(path);
    }
}
