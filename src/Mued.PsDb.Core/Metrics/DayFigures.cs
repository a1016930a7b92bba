using System.Globalization;

namespace Mued.PsDb;

/// <summary>
/// What the row of a day in <c>rag_metrics_history</c> tells of the objectives. What no dialogue of the day tells is null.
/// </summary>
/// <param name="Day">The calendar day, in the time zone of the report.</param>
public record DayFigures(DateOnly Day)
{
    /// <summary>How many dialogues there are.</summary>
    public int Queries { get; init; }

    /// <summary>The share of dialogues with at least one citation, in percent.</summary>
    public decimal? CitationRate { get; init; }

    /// <summary>The median latency, in milliseconds.</summary>
    public int? LatencyP50Ms { get; init; }

    /// <summary>The 95th percentile of the latency, in milliseconds.</summary>
    public int? LatencyP95Ms { get; init; }

    /// <summary>The mean cost of the dialogues that have one, in JPY.</summary>
    public decimal? CostPerAnswer { get; init; }

    /// <summary>The cost of all dialogues, in JPY.</summary>
    public decimal? TotalCost { get; init; }

    /// <summary>The mean relevance score.</summary>
    public decimal? Relevance { get; init; }

    /// <inheritdoc/>
    public sealed override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Day:o}");
}
