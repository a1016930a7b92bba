using Mued.PsDb.Foundation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb;

/// <summary>
/// Plain text for a terminal, for mued-psdb and for PowerShell's prompt alike: the failing thing first, one line a step, a summary at
/// the end.
/// </summary>
public sealed class TextReportWriter : IReportWriter
{
    private const string Indent = "  ";
    private const int LongestName = 40;
    private const int NarrowestDetail = 30;

    private readonly Func<string, StepOutcome, string> paint;
    private readonly int width;

    /// <summary>A writer with the standard colours of a terminal, or none.</summary>
    /// <param name="colour">Whether to colour the states (ANSI escape sequences).</param>
    /// <param name="width">The width to keep where the words allow.</param>
    public TextReportWriter(bool colour = false, int width = 80)
        : this(colour ? Ansi : (text, _) => text, width) { }

    /// <summary>A writer with colours of the host's own.</summary>
    internal TextReportWriter(Func<string, StepOutcome, string> paint, int width) => (this.paint, this.width) = (paint, width);

    /// <summary>How many checks that did not pass are shown; the rest is counted.</summary>
    internal int MostChecks { get; init; } = 100;

    /// <inheritdoc/>
    public void Write(ReportDocument report, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        if (report.Target is not null)
            output.WriteLine($"{report.Command} {UntrustedText.OneLine(report.Target)}");
        foreach (var (name, value) in report.Facts)
            WriteWrapped(output, Indent, name + ": ", value);
        if (report.Parts.Count > 0)
            WriteFailedParts(output, report.Parts);
        else if (report.Steps.Count > 0)
            WriteSteps(output, report.Steps);
        WriteChecks(output, report);
        WriteFindings(output, report);
        foreach (var table in report.Tables)
            WriteTable(output, table);
        if (report.Warnings.Count > 0)
            output.WriteLine();
        foreach (var warning in report.Warnings)
            WriteWrapped(output, "", Texts.Get("Label.Warning"), warning, StepOutcome.Attention);
        output.WriteLine();
        WriteWrapped(output, "", report.Status + ": ", report.Summary, report.Failed ? StepOutcome.Failed : StepOutcome.Done);
    }

    /// <summary>Writes an error: what, where, its SQLSTATE, and what to do next.</summary>
    /// <param name="error">The error.</param>
    /// <param name="output">Where to write.</param>
    public void WriteError(MuedError error, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(error);
        ArgumentNullException.ThrowIfNull(output);
        output.Write(paint(Texts.Get("Label.Error"), StepOutcome.Failed));
        var lines = UntrustedText.Lines(error.Message).ToList();
        output.WriteLine(lines[0]);
        foreach (var line in lines.Skip(1))
            output.WriteLine(Indent + line);
        if (error.File is not null)
            output.WriteLine($"{Indent}{Texts.Get("Label.At")}{UntrustedText.OneLine(Place(error))}");
        if (error.SqlState is not null)
            output.WriteLine($"{Indent}SQLSTATE {UntrustedText.OneLine(error.SqlState)}");
        WriteWrapped(output, Indent, "", error.Advice);
    }

    /// <summary>The place of an error as file:line:column, which terminals and editors turn into a link.</summary>
    internal static string Place(MuedError error) =>
        (error.Line, error.Column) switch
        {
            (null, _) => error.File!,
            ({ } line, null) => $"{error.File}:{line}",
            ({ } line, { } column) => $"{error.File}:{line}:{column}",
        };

    // Each target was told in a line as it ended; what failed is told once more, with what to do.
    private void WriteFailedParts(TextWriter output, IReadOnlyList<ReportDocument> parts)
    {
        foreach (var part in parts.Where(part => part.Failed))
        {
            output.WriteLine();
            if (part.Error is { } error)
                WriteError(error, output);
            else
                WriteWrapped(output, "", $"{part.Target}: ", $"{part.Status}: {part.Summary}", StepOutcome.Failed);
            WriteChecks(output, part);
        }
    }

    private void WriteSteps(TextWriter output, IReadOnlyList<ReportStep> steps)
    {
        output.WriteLine();
        var statusWidth = steps.Max(step => step.Status.Length);
        var nameWidth = Math.Min(steps.Max(step => step.Name.Length), LongestName);
        var timeWidth = steps.Max(step => Time(step).Length);
        foreach (var step in steps.OrderBy(step => step.Outcome != StepOutcome.Failed))
        {
            var name = UntrustedText.OneLine(step.Name).PadRight(nameWidth);
            var time = timeWidth == 0 ? "" : Indent + Time(step).PadLeft(timeWidth);
            var detail = Indent.Length + statusWidth + Indent.Length + name.Length + time.Length + Indent.Length;
            var below = new string(' ', statusWidth + 2 * Indent.Length);
            output.Write($"{Indent}{paint(step.Status.PadRight(statusWidth), step.Outcome)}{Indent}");
            if (string.IsNullOrEmpty(step.Detail))
            {
                output.WriteLine((name + time).TrimEnd());
            }
            else if (width - detail >= NarrowestDetail)
            {
                output.Write($"{name}{time}{Indent}");
                WriteWords(output, detail, detail, step.Detail);
            }
            else
            {
                output.WriteLine((name + time).TrimEnd());
                WriteWrapped(output, below, "", step.Detail);
            }

            WriteWrapped(
                output,
                below,
                "",
                step.Error is { File: not null } error ? $"{error.Message} ({FileName(error)})" : step.Error?.Message
            );
            foreach (var notice in step.Notices)
                WriteWrapped(output, below, notice.Severity + ": ", notice.Message);
        }
    }

    private static string FileName(MuedError error) => Path.GetFileName(Place(error));

    private static string Time(ReportStep step) => step.Duration > TimeSpan.Zero ? Figures.Duration(step.Duration) : "";

    private void WriteChecks(TextWriter output, ReportDocument report)
    {
        var remarkable = report.Remarkable;
        if (remarkable.Count > 0)
            output.WriteLine();
        foreach (var check in remarkable.Take(MostChecks))
        {
            var status = paint(check.Status.ToString().PadRight(10), check.Failed ? StepOutcome.Failed : StepOutcome.Attention);
            output.WriteLine($"{Indent}{status}{Indent}{UntrustedText.OneLine($"{check.Kind} {check.Name}")}");
            var indent = new string(' ', 14);
            WriteWrapped(output, indent, Texts.Get("Label.Expected"), check.Expected);
            WriteWrapped(output, indent, Texts.Get("Label.Actual"), check.Actual);
            WriteWrapped(output, indent, "", check.Advice);
            WriteWrapped(output, indent, Texts.Get("Label.Mend"), check.SuggestedSql);
        }

        if (remarkable.Count > MostChecks)
            WriteWrapped(output, Indent, "", Texts.Get("MoreChecks", remarkable.Count - MostChecks));
    }

    private void WriteFindings(TextWriter output, ReportDocument report)
    {
        foreach (var finding in report.Findings)
        {
            output.WriteLine();
            var severity = finding.Severity.ToString().ToLowerInvariant().PadRight(7);
            output.Write(Indent);
            output.Write(paint(severity, OutcomeOf(finding, report)));
            output.WriteLine(UntrustedText.OneLine($"{Indent}{finding.Rule}{Indent}{Place(finding)}"));
            var indent = new string(' ', severity.Length + 2 * Indent.Length);
            WriteWrapped(output, indent, "", finding.Message);
            WriteWrapped(output, indent, "", finding.Advice);
            foreach (var file in finding.Rewrite)
                WriteLines(output, indent, file);
        }
    }

    private static void WriteLines(TextWriter output, string indent, string text)
    {
        output.WriteLine();
        foreach (var line in UntrustedText.Lines(text))
            output.WriteLine(indent + line);
    }

    /// <summary>The place of a finding as file:line:column.</summary>
    internal static string Place(SafetyFinding finding) =>
        finding.Line is { } line ? $"{finding.File}:{line}:{finding.Column}" : finding.File;

    /// <summary>What a finding is to whoever reads the report.</summary>
    internal static StepOutcome OutcomeOf(SafetyFinding finding, ReportDocument report) =>
        finding.Fails(report.FailOn) ? StepOutcome.Failed
        : finding.Severity == FindingSeverity.Note ? StepOutcome.Skipped
        : StepOutcome.Attention;

    // A table that is too wide for the terminal is a list: a row a part, and in it a line a cell.
    private void WriteTable(TextWriter output, ReportTable table)
    {
        output.WriteLine();
        output.WriteLine(UntrustedText.OneLine(table.Title));
        var rows = table.Rows.Select(row => row.Select(UntrustedText.OneLine).ToList()).Prepend([.. table.Columns]).ToList();
        var widths = Enumerable.Range(0, table.Columns.Count).Select(i => rows.Max(row => row[i].Length)).ToList();
        if (widths.Sum(each => Indent.Length + each) <= width)
        {
            foreach (var row in rows)
                output.WriteLine(Indent + string.Join(Indent, row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
            return;
        }

        foreach (var row in rows.Skip(1))
        {
            WriteWrapped(output, Indent, "", row[0]);
            for (var i = 1; i < row.Count; i++)
                WriteWrapped(output, Indent + Indent, table.Columns[i] + ": ", row[i]);
        }
    }

    private void WriteWrapped(TextWriter output, string indent, string label, string? text, StepOutcome? outcome = null)
    {
        if (string.IsNullOrEmpty(text))
            return;
        output.Write(indent);
        output.Write(outcome is { } painted ? paint(label, painted) : label);
        WriteWords(output, indent.Length + label.Length, label.Length == 0 ? indent.Length : indent.Length + Indent.Length, text);
    }

    // From this column on, and at the hanging indent in the lines that follow. Colours take no column.
    private void WriteWords(TextWriter output, int column, int hanging, string text)
    {
        var empty = true;
        foreach (var word in UntrustedText.OneLine(text).TrimEnd().Split(' '))
        {
            if (!empty && column + 1 + word.Length > width)
            {
                output.WriteLine();
                output.Write(new string(' ', hanging));
                (column, empty) = (hanging, true);
            }

            output.Write(empty ? word : " " + word);
            column += word.Length + (empty ? 0 : 1);
            empty = false;
        }

        output.WriteLine();
    }

    // The eight standard colours only: they follow the terminal's theme.
    private static string Ansi(string text, StepOutcome outcome) =>
        outcome switch
        {
            StepOutcome.Done => $"\e[32m{text}\e[0m",
            StepOutcome.Failed => $"\e[31m{text}\e[0m",
            StepOutcome.Attention => $"\e[33m{text}\e[0m",
            StepOutcome.Pending => $"\e[36m{text}\e[0m",
            _ => $"\e[90m{text}\e[0m",
        };
}
