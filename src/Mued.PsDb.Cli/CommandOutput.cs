using System.CommandLine;
using System.Text;

namespace Mued.PsDb.Cli;

/// <summary>
/// Where the words go: the report to standard output, errors and progress to standard error, and a copy into the report file.
/// </summary>
internal sealed class CommandOutput(OutputFormat format, Reporter reporter, string? reportPath)
{
    private string? reportPath = reportPath;

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
        if (path is not null)
            ReportFile.Check(path);
        reportPath = path;
    }

    /// <summary>Writes the report and gives the exit code.</summary>
    public int Finish(ReportDocument report)
    {
        using var output = Open();
        if (reporter == Reporter.AzurePipelines)
            new AzurePipelinesReportWriter(AzurePipelines.TemporaryFolder).Write(
                report,
                format == OutputFormat.Json ? Console.Error : output
            );
        else if (report.Error is { } error)
            WriteError(error);
        if (format == OutputFormat.Json)
            new JsonReportWriter().Write(report, output);
        else if (reporter == Reporter.Text && report.HasBody)
            new TextReportWriter(Colour(Console.IsOutputRedirected)).Write(report, output);
        return WriteFile(report);
    }

    /// <summary>Shows a part of the whole, where standard output is for a person.</summary>
    public void Show(ReportDocument part)
    {
        if (format == OutputFormat.Json)
            return;
        using var output = Open();
        new TextReportWriter(reporter == Reporter.Text && Colour(Console.IsOutputRedirected)).Write(part, output);
        output.WriteLine();
    }

    /// <summary>Whether a stream shows colours: a terminal, and nobody has asked for none (no-color.org).</summary>
    public static bool Colour(bool redirected) =>
        !redirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    private int WriteFile(ReportDocument report)
    {
        try
        {
            if (reportPath is not null)
                ReportFile.Write(reportPath, report);
            return (int)report.ExitCode;
        }
        catch (MuedException e)
        {
            WriteError(MuedError.From(e));
            return (int)(report.Failed ? report.ExitCode : e.ExitCode);
        }
    }

    private static void WriteError(MuedError error) =>
        new TextReportWriter(Colour(Console.IsErrorRedirected)).WriteError(error, Console.Error);

    /// <summary>Standard output, as UTF-8 without the console's own set-up; a Windows console keeps its code page.</summary>
    public static TextWriter Open() =>
        OperatingSystem.IsWindows() && !Console.IsOutputRedirected
            ? Console.Out
            : new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
}
