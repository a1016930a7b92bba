using System.Globalization;

namespace Mued.PsDb;

/// <summary>What a month costs, by the last day of the window.</summary>
/// <param name="Status">Failed when the forecast is over the budget; Unknown when no day tells its cost.</param>
/// <param name="Month">The first day of the month.</param>
public sealed record CostOutlook(RunbookStatus Status, DateOnly Month)
{
    /// <summary>The days before a day by which its cost is judged.</summary>
    internal const int DaysBefore = 28;

    /// <summary>The cost of the month's days so far, in JPY.</summary>
    public decimal? ToDate { get; init; }

    /// <summary>The same and, for each day that is left, the mean of the window's days, in JPY.</summary>
    public decimal? Forecast { get; init; }

    /// <summary>What the month may cost, in JPY; null for no limit.</summary>
    public decimal? Budget { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Month:yyyy-MM} ({Status}): {ToDate}");
}
