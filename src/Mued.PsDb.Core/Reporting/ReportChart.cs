namespace Mued.PsDb;

/// <summary>A line chart of a report. Formats that cannot draw leave it out: its figures are in the report's record.</summary>
/// <param name="Title">What it shows, with its unit.</param>
/// <param name="Labels">The points of the horizontal axis, in order.</param>
/// <param name="Series">The lines.</param>
public sealed record ReportChart(string Title, IReadOnlyList<string> Labels, IReadOnlyList<ReportSeries> Series);
