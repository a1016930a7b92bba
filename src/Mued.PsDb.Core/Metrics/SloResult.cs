using System.Globalization;

namespace Mued.PsDb;

/// <summary>One objective, held against a window of days.</summary>
/// <param name="Name">What it is about: CitationRate, LatencyP50, LatencyP95, Cost or Relevance.</param>
/// <param name="Status">Unknown when no day of the window has a figure, or too few dialogues were held.</param>
/// <param name="Target">The limit.</param>
/// <param name="AtLeast">Whether the limit is the smallest value that will do; else it is the largest.</param>
public sealed record SloResult(string Name, RunbookStatus Status, decimal Target, bool AtLeast)
{
    /// <summary>
    /// The mean of the days' figures, each weighted with its dialogues: percentiles of days cannot be put together to that of the window.
    /// </summary>
    public decimal? Value { get; init; }

    /// <summary>The same of the window before, of equal length.</summary>
    public decimal? Previous { get; init; }

    /// <summary>What has changed since the window before.</summary>
    public decimal? Trend => Value - Previous;

    /// <summary>How many days in a row, up to the last one that has a figure, missed the objective.</summary>
    public int DaysMissed { get; init; }

    /// <summary>How many more of the last 30 days may miss the objective; below 0 the error budget is overdrawn.</summary>
    public decimal BudgetLeft { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} ({Status}): {Value}");
}
