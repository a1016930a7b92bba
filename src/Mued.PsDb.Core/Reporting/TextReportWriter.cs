using Mued.PsDb.Foundation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb;

/// <summary>Plain text for a terminal: the failing thing first, one line a step, a summary at the end.</summary>
/// <param name="colour">Whether to colour the states (ANSI escape sequences).</param>
/// <param name="width">The width to keep where the words allow.</param>
public sealed class TextReportWriter(bool colour = false, int width = 80) : IReportWriter
{
    private const string Indent = "  ";

    /// <inheritdoc/>
    public void Write(ReportDocument report, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        if (report.Target is not null)
            output.WriteLine($"{report.Command} {UntrustedText.OneLine(report.Target)}");
        foreach (var (name, value) in report.Facts)
            WriteWrapped(output, Indent, name + ": ", value);
        if (report.Steps.Count > 0)
            WriteSteps(output, report.Steps);
        WriteChecks(output, report);
        foreach (var table in report.Tables)
            WriteTable(output, table);
        if (report.Warnings.Count > 0)
            output.WriteLine();
        foreach (var warning in report.Warnings)
            WriteWrapped(output, "", Paint("Warning: ", StepOutcome.Attention), warning);
        output.WriteLine();
        var status = Paint(report.Status, report.Failed ? StepOutcome.Failed : StepOutcome.Done);
        WriteWrapped(output, "", status + ": ", report.Summary);
    }

    /// <summary>Writes an error: what, where, its SQLSTATE, and what to do next.</summary>
    /// <param name="error">The error.</param>
    /// <param name="output">Where to write.</param>
    public void WriteError(MuedError error, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(error);
        ArgumentNullException.ThrowIfNull(output);
        output.Write(Paint("Error: ", StepOutcome.Failed));
        var lines = UntrustedText.Lines(error.Message).ToList();
        output.WriteLine(lines[0]);
        foreach (var line in lines.Skip(1))
            output.WriteLine(Indent + line);
        if (error.File is not null)
            output.WriteLine($"{Indent}at {UntrustedText.OneLine(Place(error))}");
        if (error.SqlState is not null)
            output.WriteLine($"{Indent}SQLSTATE {UntrustedText.OneLine(error.SqlState)}");
        WriteWrapped(output, Indent, "", error.Advice);
    }

    /// <summary>Text from elsewhere on one line, harmless for a terminal and a build log.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text without line ends, control and direction characters, and with every "##" taken apart.</returns>
    public static string Safe(string? text) => UntrustedText.OneLine(text);

    /// <summary>The place of an error as file:line:column, which terminals and editors turn into a link.</summary>
    internal static string Place(MuedError error) =>
        (error.Line, error.Column) switch
        {
            (null, _) => error.File!,
            ({ } line, null) => $"{error.File}:{line}",
            ({ } line, { } column) => $"{error.File}:{line}:{column}",
        };

    private void WriteSteps(TextWriter output, IReadOnlyList<ReportStep> steps)
    {
        output.WriteLine();
        var statusWidth = steps.Max(step => step.Status.Length);
        var nameWidth = Math.Min(steps.Max(step => step.Name.Length), 40);
        var timeWidth = steps.Max(step => Time(step).Length);
        foreach (var step in steps.OrderBy(step => step.Outcome != StepOutcome.Failed))
        {
            var name = UntrustedText.OneLine(step.Name).PadRight(nameWidth);
            var time = timeWidth == 0 ? "" : Indent + Time(step).PadLeft(timeWidth);
            var head = $"{Indent}{Paint(step.Status.PadRight(statusWidth), step.Outcome)}{Indent}{name}{time}";
            var detail = UntrustedText.OneLine(step.Detail);
            if (2 + statusWidth + 2 + name.Length + time.Length + 2 + detail.Length <= width)
            {
                output.WriteLine($"{head}{Indent}{detail}".TrimEnd());
            }
            else
            {
                output.WriteLine(head.TrimEnd());
                WriteWrapped(output, new(' ', statusWidth + 4), "", detail);
            }

            foreach (var notice in step.Notices)
                WriteWrapped(output, new(' ', statusWidth + 4), notice.Severity + ": ", notice.Message);
        }
    }

    private static string Time(ReportStep step) => step.Duration > TimeSpan.Zero ? Figures.Duration(step.Duration) : "";

    private void WriteChecks(TextWriter output, ReportDocument report)
    {
        var remarkable = report.Checks.Where(check => check.Status != CheckStatus.Passed).OrderBy(check => !check.Failed).ToList();
        if (remarkable.Count > 0)
            output.WriteLine();
        foreach (var check in remarkable)
        {
            var status = Paint(check.Status.ToString().PadRight(10), check.Failed ? StepOutcome.Failed : StepOutcome.Attention);
            output.WriteLine($"{Indent}{status}{Indent}{UntrustedText.OneLine($"{check.Kind} {check.Name}")}");
            var indent = new string(' ', 14);
            WriteWrapped(output, indent, "expected  ", check.Expected);
            WriteWrapped(output, indent, "actual    ", check.Actual);
            WriteWrapped(output, indent, "", check.Advice);
            WriteWrapped(output, indent, "mend      ", check.SuggestedSql);
        }
    }

    private static void WriteTable(TextWriter output, ReportTable table)
    {
        output.WriteLine();
        output.WriteLine(UntrustedText.OneLine(table.Title));
        var rows = table.Rows.Select(row => row.Select(UntrustedText.OneLine).ToList()).Prepend([.. table.Columns]).ToList();
        var widths = Enumerable.Range(0, table.Columns.Count).Select(i => rows.Max(row => row[i].Length)).ToList();
        foreach (var row in rows)
            output.WriteLine(Indent + string.Join(Indent, row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    }

    private void WriteWrapped(TextWriter output, string indent, string label, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return;
        var line = indent + label;
        var column = indent.Length + (label.Contains('\e', StringComparison.Ordinal) ? label.Length - 9 : label.Length);
        var empty = true;
        foreach (var word in UntrustedText.OneLine(text).Split(' '))
        {
            if (!empty && column + 1 + word.Length > width)
            {
                output.WriteLine(line);
                var hanging = label.Length == 0 ? indent : indent + Indent;
                (line, column, empty) = (hanging, hanging.Length, true);
            }

            line += empty ? word : " " + word;
            column += word.Length + (empty ? 0 : 1);
            empty = false;
        }

        output.WriteLine(line.TrimEnd());
    }

    // The eight standard colours only: they follow the terminal's theme. Every painted text gains nine characters.
    private string Paint(string text, StepOutcome outcome) =>
        !colour
            ? text
            : outcome switch
            {
                StepOutcome.Done => $"\e[32m{text}\e[0m",
                StepOutcome.Failed => $"\e[31m{text}\e[0m",
                StepOutcome.Attention => $"\e[33m{text}\e[0m",
                StepOutcome.Pending => $"\e[36m{text}\e[0m",
                _ => $"\e[90m{text}\e[0m",
            };
}
