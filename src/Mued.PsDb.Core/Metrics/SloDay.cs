namespace Mued.PsDb;

/// <summary>What the row of a day in <c>rag_metrics_history</c> tells of the objectives. What is not known is null.</summary>
/// <param name="Day">The calendar day.</param>
/// <param name="Queries">How many dialogues there were.</param>
public sealed record SloDay(DateOnly Day, int Queries)
{
    /// <summary>The share of dialogues with a citation, in percent.</summary>
    public decimal? CitationRate { get; init; }

    /// <summary>The median latency, in milliseconds.</summary>
    public decimal? LatencyP50Ms { get; init; }

    /// <summary>The 95th percentile of the latency, in milliseconds.</summary>
    public decimal? LatencyP95Ms { get; init; }

    /// <summary>The mean cost of an answer, in JPY.</summary>
    public decimal? CostPerAnswer { get; init; }

    /// <summary>The cost of the day, in JPY.</summary>
    public decimal? TotalCost { get; init; }

    /// <summary>The mean relevance score.</summary>
    public decimal? Relevance { get; init; }
}
