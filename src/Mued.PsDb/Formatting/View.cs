using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Management.Automation;
using Mued.PsDb.Foundation;
using Mued.PsDb.Reporting;

namespace Mued.PsDb.Commands;

/// <summary>What <c>Mued.PsDb.Format.ps1xml</c> and <c>Mued.PsDb.Types.ps1xml</c> call; not meant for anyone else.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class View
{
    private const int DefaultWidth = 80;
    private const int NarrowestHost = 40;
    private const int MostChecks = 20;

    /// <summary>A status in its colour.</summary>
    /// <param name="value">The status: an enum value, or a Boolean for passed and failed.</param>
    /// <returns>The word, perhaps with escape sequences.</returns>
    public static string Status(object? value)
    {
        var word = Unwrap(value) switch
        {
            null => "",
            true => "Passed",
            false => "Failed",
            var other => UntrustedText.OneLine(other.ToString()),
        };
        StepOutcome? outcome = word switch
        {
            "Failed" or "Missing" or "Different" or "Unknown" or "Changed" or "Error" => StepOutcome.Failed,
            "Applied" or "Passed" or "Succeeded" or "Complete" or "NothingToDo" or "Undone" or "Restored" or "Added" or "Updated" =>
                StepOutcome.Done,
            "Pending" or "Interrupted" or "Unexpected" or "Partial" or "Warning" or "DryRun" => StepOutcome.Attention,
            "Skipped" or "Excluded" or "Unchecked" or "Absent" or "Info" or "Unchanged" => StepOutcome.Skipped,
            _ => null,
        };
        return outcome is { } painted ? TextStyle.Paint(word, painted) : word;
    }

    /// <summary>A duration for people.</summary>
    /// <param name="value">The duration, or null.</param>
    /// <returns>For example 340 ms.</returns>
    public static string? Duration(object? value) => Unwrap(value) is TimeSpan duration ? Figures.Duration(duration) : null;

    /// <summary>A number of bytes for people.</summary>
    /// <param name="value">The number, or null.</param>
    /// <returns>For example 128 kB.</returns>
    public static string? Size(object? value) => Unwrap(value) is long bytes ? Figures.Bytes(bytes) : null;

    /// <summary>A number of rows for people.</summary>
    /// <param name="value">The number, or null where they were not counted.</param>
    /// <returns>For example 1 row.</returns>
    public static string Rows(object? value) => Figures.Count(Unwrap(value) as long?, "row");

    /// <summary>A moment for people, to the minute and in universal time, for narrow columns.</summary>
    /// <param name="value">The moment, or null.</param>
    /// <returns>For example 2026-11-22 12:47Z.</returns>
    public static string? Minute(object? value) =>
        Unwrap(value) is DateTimeOffset time ? time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) : null;

    /// <summary>A moment for people, with its offset.</summary>
    /// <param name="value">The moment, or null.</param>
    /// <returns>For example 2026-11-22 12:47:32 +00:00.</returns>
    public static string? Time(object? value) => Unwrap(value) is DateTimeOffset time ? Figures.Time(time) : null;

    /// <summary>Text from a database, a file or a user, made harmless for a terminal and a build log.</summary>
    /// <param name="value">The text, or a list of texts.</param>
    /// <returns>The text on one line.</returns>
    public static string? Text(object? value) =>
        Unwrap(value) switch
        {
            null => null,
            string one => UntrustedText.OneLine(one),
            IEnumerable many => UntrustedText.OneLine(string.Join(", ", many.Cast<object?>())),
            var other => UntrustedText.OneLine(other.ToString()),
        };

    /// <summary>A whole report, for the prompt.</summary>
    /// <param name="value">A report of one of the commands.</param>
    /// <param name="width">The columns of the host; 0 where it has none.</param>
    /// <returns>A short table, what failed first, and a line that sums it up.</returns>
    public static string? Report(object? value, int width)
    {
        // Each command's report has its own overload; none needs a line here.
        if (
            Unwrap(value) is not { } record
            || typeof(ReportDocument).GetMethod(nameof(ReportDocument.From), [record.GetType()]) is not { } from
        )
            return null;
        using var text = new StringWriter();
        var writer = new TextReportWriter(TextStyle.Paint, (width > NarrowestHost ? width : DefaultWidth) - 1) { MostChecks = MostChecks };
        writer.Write((ReportDocument)from.Invoke(null, [record])!, text);
        return text.ToString().TrimEnd();
    }

    /// <summary>What the hidden property Connection of a record gives: a handle for the next command of the pipeline.</summary>
    /// <param name="value">A record that a command of this module put out.</param>
    /// <returns>The handle, which says nothing to anyone else; null for a record of other descent.</returns>
    public static string? Connection(object? value) => Unwrap(value) is { } record ? PipedConnection.HandleOf(record) : null;

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
