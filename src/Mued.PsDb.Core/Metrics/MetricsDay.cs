namespace Mued.PsDb;

/// <summary>All figures of one calendar day, as they stand in <c>rag_metrics_history</c> after an update.</summary>
/// <param name="Day">The calendar day, in the time zone of the report.</param>
/// <param name="Status">What became of its row.</param>
public sealed record MetricsDay(DateOnly Day, MetricsStatus Status) : DayFigures(Day)
{
    /// <summary>How many citations there are.</summary>
    public int? CitationCount { get; init; }

    /// <summary>How many different sources they name.</summary>
    public int? UniqueSources { get; init; }

    /// <summary>The 99th percentile of the latency, in milliseconds.</summary>
    public int? LatencyP99Ms { get; init; }

    /// <summary>How many users they are of.</summary>
    public int? Users { get; init; }

    /// <summary>The mean number of tokens of the dialogues that tell it.</summary>
    public int? TokensPerQuery { get; init; }

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
