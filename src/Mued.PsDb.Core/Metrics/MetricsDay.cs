namespace Mued.PsDb;

/// <summary>The figures of one calendar day, as they stand in <c>rag_metrics_history</c>. What no dialogue of the day tells is null.</summary>
/// <param name="Day">The calendar day, in the time zone of the report.</param>
/// <param name="Status">What became of its row.</param>
public sealed record MetricsDay(DateOnly Day, MetricsStatus Status)
{
    /// <summary>The share of dialogues with at least one citation, in percent.</summary>
    public decimal? CitationRate { get; init; }

    /// <summary>How many citations there are.</summary>
    public int? CitationCount { get; init; }

    /// <summary>How many different sources they name.</summary>
    public int? UniqueSources { get; init; }

    /// <summary>The median latency, in milliseconds.</summary>
    public int? LatencyP50Ms { get; init; }

    /// <summary>The 95th percentile of the latency, in milliseconds.</summary>
    public int? LatencyP95Ms { get; init; }

    /// <summary>The 99th percentile of the latency, in milliseconds.</summary>
    public int? LatencyP99Ms { get; init; }

    /// <summary>The mean cost of the dialogues that have one, in JPY.</summary>
    public decimal? CostPerAnswer { get; init; }

    /// <summary>The cost of all dialogues, in JPY.</summary>
    public decimal? TotalCost { get; init; }

    /// <summary>How many dialogues there are.</summary>
    public int Queries { get; init; }

    /// <summary>How many users they are of.</summary>
    public int? Users { get; init; }

    /// <summary>The mean number of tokens of the dialogues that tell it.</summary>
    public int? TokensPerQuery { get; init; }

    /// <summary>The mean relevance score.</summary>
    public decimal? Relevance { get; init; }

    /// <summary>The share of votes for the answer among the votes for and against it, in percent.</summary>
    public decimal? PositiveVotes { get; init; }

    /// <summary>Whether the citation rate meets its objective; null when there is none.</summary>
    public bool? CitationRateMet { get; init; }

    /// <summary>Whether the median and the 95th percentile of the latency meet theirs.</summary>
    public bool? LatencyMet { get; init; }

    /// <summary>Whether the cost of an answer meets its objective.</summary>
    public bool? CostMet { get; init; }

    /// <summary>Whether the relevance meets its objective.</summary>
    public bool? RelevanceMet { get; init; }

    /// <summary>Whether all are met: false when one is not, else null when one is not known.</summary>
    public bool? OverallMet { get; init; }
}
