using System.Text;
using Mued.PsDb.Foundation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb;

/// <summary>
/// A build log: a group for each step, an issue for each failure and warning with its place in the SQL file, and a Markdown summary
/// for the run's page. No ANSI sequences.
/// </summary>
/// <param name="summaryFolder">Where the summary file goes; the agent uploads it after the step, so it stays there.</param>
public sealed class AzurePipelinesReportWriter(string summaryFolder) : IReportWriter
{
    private const int MostIssues = 100;

    /// <inheritdoc/>
    /// <exception cref="MuedException">The summary could not be written (<see cref="ExitCode.ReportUnwritten"/>); the log is.</exception>
    public void Write(ReportDocument report, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        WriteLog(report, output);
        output.WriteLine(AzurePipelines.Command("task.uploadsummary", WriteSummary(report)));
    }

    internal static void WriteLog(ReportDocument report, TextWriter output)
    {
        output.WriteLine($"##[section]mued-psdb {report.Command} {UntrustedText.OneLine(report.Target)}".TrimEnd());
        foreach (var (name, value) in report.Facts)
            output.WriteLine($"{name}: {UntrustedText.OneLine(value)}");
        foreach (var step in report.Steps)
            WriteStep(output, step);
        if (report.Checks.Count > 0)
            WriteChecks(output, report);
        foreach (var part in report.Parts.Where(part => part.Failed).Take(MostIssues))
            output.WriteLine(
                AzurePipelines.Issue(
                    "error",
                    part.Error is { } failure ? $"{failure.Message}\n{failure.Advice}" : $"{part.Target}: {part.Summary}",
                    part.Error
                )
            );
        foreach (var finding in report.Findings)
            WriteFinding(output, finding, report);
        if (report.Error is { } error)
            output.WriteLine(AzurePipelines.Issue("error", $"{error.Message}\n{error.Advice}", error));
        foreach (var warning in report.Warnings)
            output.WriteLine(AzurePipelines.Issue("warning", warning));
        output.WriteLine($"{(report.Failed ? "##[error]" : "##[section]")}{report.Status}: {UntrustedText.OneLine(report.Summary)}");
    }

    private static void WriteStep(TextWriter output, ReportStep step)
    {
        var time = step.Duration > TimeSpan.Zero ? $", {Figures.Duration(step.Duration)}" : "";
        output.WriteLine($"##[group]{step.Status} {UntrustedText.OneLine(step.Name)}{time}");
        if (step.File is not null)
            output.WriteLine(UntrustedText.OneLine(step.File));
        if (step.Detail is not null)
            output.WriteLine(UntrustedText.OneLine(step.Detail));
        foreach (
            var line in step.Notices.SelectMany(notice => UntrustedText.Lines($"{notice.Severity} {notice.SqlState}: {notice.Message}"))
        )
            output.WriteLine(line);
        output.WriteLine("##[endgroup]");
        foreach (var warning in step.Notices.Where(notice => notice.IsWarning))
            output.WriteLine(AzurePipelines.Issue("warning", $"{step.Name}: {warning.Message}"));
    }

    private static void WriteChecks(TextWriter output, ReportDocument report)
    {
        output.WriteLine($"##[group]{report.CheckCounts}");
        foreach (var check in report.Checks)
            output.WriteLine(UntrustedText.OneLine($"{check.Status} {check.Kind} {check.Name}"));
        output.WriteLine("##[endgroup]");
        var none = Texts.Get("None");
        var causes = report.Remarkable.Where(check => check.Severity != CheckSeverity.Info).ToList();
        foreach (var check in causes.Take(MostIssues))
        {
            output.WriteLine(
                AzurePipelines.Issue(
                    check.Failed ? "error" : "warning",
                    Texts.Get(
                        "CheckIssue",
                        check.Status,
                        check.Kind,
                        check.Name,
                        check.Expected ?? none,
                        check.Actual ?? none,
                        check.Advice
                    )
                )
            );
        }

        if (causes.Count > MostIssues)
            output.WriteLine(Texts.Get("MoreChecks", causes.Count - MostIssues));
    }

    private static void WriteFinding(TextWriter output, SafetyFinding finding, ReportDocument report) =>
        output.WriteLine(
            finding.Severity == FindingSeverity.Note && report.FailOn < FindingSeverity.Note
                ? UntrustedText.OneLine($"{finding.Rule} {TextReportWriter.Place(finding)}: {finding.Message}")
                : AzurePipelines.Issue(finding.Fails(report.FailOn) ? "error" : "warning", $"{finding.Message}\n{finding.Advice}", finding)
        );

    private string WriteSummary(ReportDocument report)
    {
        // The file's name is the summary's heading; a pipeline may run several steps.
        var path = Path.Combine(summaryFolder, $"mued-psdb {report.Command} {Guid.NewGuid():N}.md");
        try
        {
            using var file = new StreamWriter(path, append: false, new UTF8Encoding(false));
            new MarkdownReportWriter().Write(report, file);
            return path;
        }
        catch (Exception e) when (FileFailure.IsUnwritable(e))
        {
            throw ReportFile.Unwritten(path, e.Message, e);
        }
    }
}
