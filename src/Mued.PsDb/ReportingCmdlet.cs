using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Commands;

/// <summary>A cmdlet whose outcome can also be written to a file and be told to a build agent.</summary>
public abstract class ReportingCmdlet : FleetCmdlet
{
    private readonly List<(string Path, bool InLoop)> taken = [];
    private Func<ReportDocument, ErrorRecord?>? begun;

    /// <summary>
    /// A file for the report, whose ending says the format: .json, .xml (JUnit), .md, .html or .sarif. It holds all databases; with
    /// {database}, {host} or {schema} in its name each has a file of its own.
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

    // The runspaces of ForEach-Object -Parallel bear the names of its tasks.
    private static bool InLoop => Runspace.DefaultRunspace?.Name.StartsWith("PSTask:", StringComparison.Ordinal) == true;

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
            Tell(ReportDocument.From(CommandName, MuedError.From(e)));
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

    /// <summary>Does what is no work on databases side by side, and reports on it.</summary>
    /// <param name="about">What the report is about; null is what is no database.</param>
    /// <param name="work">The work.</param>
    private protected void Publish(IReadOnlyList<ConnectionSettings?> about, Func<ReportDocument> work)
    {
        NameReports(about);
        var keep = Keeper(about);
        var document = work();
        if (keep(document) is { } unwritten)
            WriteError(unwritten);
        Tell(document);
        Put(document, about is [{ } only] ? only : null);
    }

    /// <inheritdoc/>
    private protected sealed override Func<ReportDocument, ErrorRecord?> Keeper(IReadOnlyList<ConnectionSettings?> about)
    {
        var only = about is [{ } one] ? one : null;
        if (ReportPath is null || (NamesTargets && only is null))
            return _ => null;
        var asked = FullPath(ReportPath);
        if (NamesTargets)
            asked = TargetPath.For(asked, only!);
        var owner = string.Join(' ', about.Select(target => target?.Target).Prepend($"{MyInvocation.MyCommand.Name} {Key}"));
        var inLoop = InLoop;
        var path = ReportClaims.Take(asked, owner, only, inLoop);
        taken.Add((path, inLoop));
        if (path != asked)
            WriteWarning(Texts.Get("ReportElsewhere", asked, path));
        begun = document =>
        {
            begun = null;
            return Try(document, () => ReportFile.Write(path, document));
        };
        return begun;
    }

    /// <summary>Gives the report files free for later runs.</summary>
    /// <param name="disposing">Whether <see cref="AsyncCmdlet.Dispose()"/> was called.</param>
    protected override void Dispose(bool disposing)
    {
        Release();
        base.Dispose(disposing);
    }

    private void Release()
    {
        foreach (var (path, inLoop) in taken)
            ReportClaims.Release(path, inLoop);
        taken.Clear();
    }

    /// <summary>What reads the file must not find the report of an earlier run in it.</summary>
    private protected sealed override void TellFailure(MuedError error, ConnectionSettings? settings)
    {
        var document = ReportDocument.From(CommandName, error);
        var isFirst = taken.Count == 0;
        var keep = begun ?? (isFirst ? Keeper([settings]) : null);
        if (keep?.Invoke(document) is { } unwritten)
            WriteError(unwritten);
        if (isFirst)
            Release();
        Tell(document);
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
        if (NamesTargets && settings is not null && Keeper([settings])(part) is { } unwritten)
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
}
