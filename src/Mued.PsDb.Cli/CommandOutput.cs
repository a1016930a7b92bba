using System.CommandLine;
using System.Text;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Cli;

/// <summary>
/// Where the words go: the report to standard output, errors and progress to standard error, and a copy into the report file.
/// </summary>
internal sealed class CommandOutput(OutputFormat format, Reporter reporter, string? reportPath)
{
    private string? reportPath = reportPath;
    private string? reportOfTarget;
    private MuedException? unwritten;

    /// <summary>Who reads the log when nothing is said.</summary>
    public static Reporter DefaultReporter => AzurePipelines.IsAgent ? Reporter.AzurePipelines : Reporter.Text;

    /// <summary>Who reads the log.</summary>
    public Reporter Reporter => reporter;

    /// <summary>Where the agent reads its commands: standard output, unless that is to be one JSON document.</summary>
    public TextWriter Log => format == OutputFormat.Json ? Console.Error : Console.Out;

    /// <summary>The output that a faultless command line asks for.</summary>
    public static CommandOutput Of(ParseResult parsed) =>
        new(
            parsed.GetValue(SharedOptions.Output) ?? OutputFormat.Text,
            parsed.GetValue(SharedOptions.Reporter) ?? DefaultReporter,
            parsed.GetValue(SharedOptions.Report)
        );

    /// <summary>The output of a command line that could not be read: whoever wanted JSON gets it even then.</summary>
    public static CommandOutput OfUnreadable(string[] arguments)
    {
        var json = string.Join(' ', arguments).Replace('=', ' ').Replace(':', ' ').Contains("--output json", StringComparison.Ordinal);
        return new(json ? OutputFormat.Json : OutputFormat.Text, DefaultReporter, null);
    }

    /// <summary>Proves that the report file can be written; where it cannot, nothing more is tried on it.</summary>
    public void CheckReportFile()
    {
        var path = reportPath;
        reportPath = null;
        if (path is not null && !TargetPath.IsOfTarget(path))
            ReportFile.Check(path);
        reportPath = path;
    }

    /// <summary>Proves the same of the reports that are named after their databases.</summary>
    public void NameReports(IReadOnlyList<ConnectionSettings?> targets)
    {
        if (reportPath is not { } path || !TargetPath.IsOfTarget(path))
            return;
        reportPath = null;
        TargetPath.CheckReports(path, targets);
        if (targets is [{ } only])
            reportPath = TargetPath.For(path, only);
        else
            reportOfTarget = path;
    }

    /// <summary>Tells how one database of many ended, and writes the report of its own if it has one.</summary>
    public void TellEnded(ConnectionSettings? target, ReportDocument part)
    {
        Tell(Log, UntrustedText.OneLine(part.Line) + Environment.NewLine);
        if (reportOfTarget is not null && target is not null)
            WriteFile(TargetPath.For(reportOfTarget, target), part);
    }

    /// <summary>
    /// Writes the report and gives the exit code, which tells what happened to the database: what could not be written is told on standard
    /// error.
    /// </summary>
    public int Finish(ReportDocument report)
    {
        var outcome = $"{report.Status}: {report.Summary}";
        if (reporter == Reporter.AzurePipelines)
            Try(
                output => new AzurePipelinesReportWriter(AzurePipelines.TemporaryFolder).Write(report, output),
                outcome,
                toError: format == OutputFormat.Json
            );
        else if (report.Error is { } error)
            WriteError(report.Target is { } target ? error.About(target) : error);
        if (format == OutputFormat.Json)
            Try(output => new JsonReportWriter().Write(report, output), outcome);
        else if (reporter == Reporter.Text && report.HasBody)
            Try(output => new TextReportWriter(Colour(Console.IsOutputRedirected)).Write(report, output), outcome);
        WriteFile(reportPath, report);
        var code = Finish();
        return report.Failed ? (int)report.ExitCode : code;
    }

    /// <summary>Tells what was not written, and gives the exit code of a command that has nothing else to say.</summary>
    public int Finish()
    {
        if (unwritten is null)
            return (int)ExitCode.Done;
        WriteError(MuedError.From(unwritten));
        return (int)unwritten.ExitCode;
    }

    /// <summary>Writes a document to standard output.</summary>
    public void Write(string text) => Try(output => output.Write(text), nameof(ExitCode.Done));

    /// <summary>Shows a part of the whole, where standard output is for a person.</summary>
    public void Show(ReportDocument part)
    {
        if (format == OutputFormat.Json)
            return;
        Try(
            output =>
            {
                new TextReportWriter(reporter == Reporter.Text && Colour(Console.IsOutputRedirected)).Write(part, output);
                output.WriteLine();
            },
            $"{part.Status}: {part.Summary}"
        );
    }

    /// <summary>Writes words that no work may depend on: where nobody takes them, they are lost.</summary>
    public static void Tell(TextWriter writer, string text)
    {
        try
        {
            writer.Write(text);
        }
        catch (Exception e) when (IsUnwritable(e))
        {
            // There is nowhere to tell it.
        }
    }

    /// <summary>Whether a stream shows colours: a terminal, and nobody has asked for none (no-color.org).</summary>
    public static bool Colour(bool redirected) =>
        !redirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    private void WriteFile(string? path, ReportDocument report)
    {
        try
        {
            if (path is not null && !TargetPath.IsOfTarget(path))
                ReportFile.Write(path, report);
        }
        catch (MuedException e)
        {
            unwritten ??= e;
        }
    }

    private void Try(Action<TextWriter> write, string outcome, bool toError = false)
    {
        try
        {
            using var output = toError ? null : Open();
            write(output ?? Console.Error);
        }
        catch (MuedException e)
        {
            unwritten ??= e;
        }
        catch (Exception e) when (IsUnwritable(e))
        {
            unwritten ??= Texts.Error("OutputUnwritten", ExitCode.ReportUnwritten, e.Message, outcome).ToException();
        }
    }

    private static bool IsUnwritable(Exception e) => Foundation.FileFailure.IsUnwritable(e) || e is ObjectDisposedException;

    private static void WriteError(MuedError error)
    {
        using var text = new StringWriter();
        new TextReportWriter(Colour(Console.IsErrorRedirected)).WriteError(error, text);
        Tell(Console.Error, text.ToString());
    }

    /// <summary>Standard output, as UTF-8 without the console's own set-up; a Windows console keeps its code page.</summary>
    private static TextWriter Open() =>
        OperatingSystem.IsWindows() && !Console.IsOutputRedirected
            ? Console.Out
            : new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
}
