using System.CommandLine;

namespace Mued.PsDb.Cli;

/// <summary>
/// One invocation: what was asked for, and the frame around the command that turns every end into a report and an exit code.
/// </summary>
internal sealed class CommandContext(ParseResult parsed)
{
    private readonly CommandOutput output = CommandOutput.Of(parsed);
    private IProgress<RunProgress>? progress;

    /// <summary>The values that the options were given.</summary>
    public ParseResult Parsed => parsed;

    /// <summary>Says which databases the report will be about, before anything is done there; null is what is no database.</summary>
    public void NameReports(IReadOnlyList<ConnectionSettings?> targets) => output.NameReports(targets);

    /// <summary>Tells how one database of many ended, and writes the report of its own if it has one.</summary>
    public void TellEnded(ConnectionSettings? target, ReportDocument part)
    {
        (progress as ConsoleProgress)?.Wipe();
        output.TellEnded(target, part);
    }

    /// <summary>Shows the steps of a run as they happen.</summary>
    public IProgress<RunProgress> Progress =>
        progress ??=
            output.Reporter == Reporter.AzurePipelines
                ? new AzurePipelinesProgress(line => CommandOutput.Tell(output.Log, line + Environment.NewLine))
                : new ConsoleProgress(parsed.GetValue(SharedOptions.Verbose));

    /// <summary>Shows a part of the whole to a person who reads standard output.</summary>
    public void Show(ReportDocument part)
    {
        (progress as ConsoleProgress)?.Wipe();
        output.Show(part);
    }

    /// <summary>Writes text that is a document of its own to standard output.</summary>
    public void Write(string text) => output.Write(text);

    /// <summary>
    /// Runs the command and writes its report, whatever happens. A command that gives none has written standard output itself.
    /// </summary>
    public async Task<int> RunAsync(Func<CommandContext, CancellationToken, Task<ReportDocument?>> run, CancellationToken cancellationToken)
    {
        try
        {
            output.CheckReportFile();
            return await run(this, cancellationToken) is { } report ? Finish(report) : output.Finish();
        }
        catch (MuedException e)
        {
            return Fail(MuedError.From(e));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Fail(Texts.Error("Cancelled", ExitCode.Cancelled));
        }
        catch (Exception e)
        {
            return Fail(Texts.Error("Unexpected", ExitCode.CheckFailed, e.GetType().Name, e.Message));
        }
    }

    private int Fail(MuedError error) => Finish(ReportDocument.From(parsed.CommandResult.Command.Name, error));

    private int Finish(ReportDocument report)
    {
        (progress as ConsoleProgress)?.Dispose();
        return output.Finish(report);
    }
}
