namespace Mued.PsDb;

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Values">A value a label of the chart; null where there is none.</param>
/// <param name="Limit">The value that it is held against, drawn as a line of its own; null for none.</param>
public sealed record ReportSeries(string Name, IReadOnlyList<decimal?> Values, decimal? Limit = null);
