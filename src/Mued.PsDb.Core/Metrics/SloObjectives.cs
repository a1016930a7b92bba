using Mued.PsDb.Foundation;
using Mued.PsDb.Metrics;

namespace Mued.PsDb;

/// <summary>What the answers of a day, or of a window of days, shall reach.</summary>
public sealed record SloObjectives
{
    /// <summary>The days over which the error budget counts.</summary>
    public const int BudgetDays = 30;

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

    /// <summary>The error budget: on how many of <see cref="BudgetDays"/> days an objective may be missed.</summary>
    public decimal AllowedMissedDays { get; init; } = 3;

    /// <summary>Reads objectives as a person gives them; what is not given keeps its default.</summary>
    /// <param name="given">Each either NAME=VALUE or a JSON file with an object of numbers; the last of a name counts.</param>
    /// <returns>The objectives.</returns>
    /// <exception cref="MuedException">A name is unknown, a value is no number from 0 up, or a file cannot be read (exit code 2).</exception>
    public static SloObjectives Read(IEnumerable<string> given)
    {
        ArgumentNullException.ThrowIfNull(given);
        var objectives = Default;
        foreach (var (name, value) in NamedNumbers.Read(given))
            objectives = objectives.With(name, value);
        return objectives;
    }

    private SloObjectives With(string name, decimal number) =>
        name.ToUpperInvariant() switch
        {
            "CITATIONRATE" => this with { CitationRate = number },
            "LATENCYP50" => this with { LatencyP50 = number },
            "LATENCYP95" => this with { LatencyP95 = number },
            "COST" => this with { Cost = number },
            "RELEVANCE" => this with { Relevance = number },
            "ALLOWEDMISSEDDAYS" => this with { AllowedMissedDays = number },
            _ => throw Texts.Usage("ObjectiveUnknown", name),
        };
}
