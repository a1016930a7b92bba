using System.Globalization;

namespace Mued.PsDb;

/// <summary>A day of the window that cost more than those before it let expect.</summary>
/// <param name="Day">The calendar day.</param>
/// <param name="Cost">What it cost, in JPY.</param>
/// <param name="Limit">The median of the 28 days before it, and five times their median absolute deviation, a twentieth of the median at least.</param>
public sealed record CostOutlier(DateOnly Day, decimal Cost, decimal Limit)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Day:o}: {Cost}");
}
