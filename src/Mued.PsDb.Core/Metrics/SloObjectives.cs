namespace Mued.PsDb;

/// <summary>What the answers of a day shall reach.</summary>
public sealed record SloObjectives
{
    /// <summary>The objectives of MUED Phase 2.</summary>
    public static SloObjectives Default { get; } = new();

    /// <summary>The smallest share of dialogues with a citation, in percent.</summary>
    public decimal CitationRate { get; init; } = 70;

    /// <summary>The largest median latency, in milliseconds.</summary>
    public decimal LatencyP50 { get; init; } = 1500;

    /// <summary>The largest 95th percentile of the latency, in milliseconds.</summary>
    public decimal LatencyP95 { get; init; } = 3000;

    /// <summary>The largest cost of an answer, in JPY.</summary>
    public decimal Cost { get; init; } = 3;

    /// <summary>The smallest mean relevance score, from 0 to 1.</summary>
    public decimal Relevance { get; init; } = 0.70m;
}
