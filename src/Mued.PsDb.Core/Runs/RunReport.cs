using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>What the outcomes of all runs that change a database have in common; one object a target database.</summary>
/// <param name="Status">How the run ended.</param>
/// <param name="Target">The database as user@host:port/database, without secrets.</param>
/// <param name="Source">Where the connection came from.</param>
public abstract record RunReport(
    [property: JsonPropertyOrder(-2)] RunStatus Status,
    [property: JsonPropertyOrder(-2)] string Target,
    [property: JsonPropertyOrder(-2)] string Source
)
{
    /// <summary>Whether nothing went wrong.</summary>
    [JsonPropertyOrder(-1)]
    public bool Success => Status != RunStatus.Failed;

    /// <summary>The server's version, for example 17.5.</summary>
    [JsonPropertyOrder(-1)]
    public string? ServerVersion { get; init; }

    /// <summary>When the run started, on this machine's clock.</summary>
    [JsonPropertyOrder(-1)]
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How long the run took, from connecting to its last answer.</summary>
    [JsonPropertyOrder(-1), JsonPropertyName("durationMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Duration { get; init; }

    /// <summary>What the run cost the other clients of the database; null when it ended before it began.</summary>
    [JsonPropertyOrder(1)]
    public Harm? Harm { get; init; }

    /// <summary>Things a person should know although the run went on.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<string> Warnings
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <summary>What went wrong; null when nothing did.</summary>
    [JsonPropertyOrder(1)]
    public MuedError? Error { get; init; }

    /// <summary>How a run ended, by what is known at its end.</summary>
    /// <param name="error">What went wrong.</param>
    /// <param name="rehearsed">Whether all was rolled back, as asked for.</param>
    /// <param name="changed">Whether the database was changed.</param>
    internal static RunStatus StatusOf(MuedError? error, bool rehearsed, bool changed) =>
        error is not null ? RunStatus.Failed
        : rehearsed ? RunStatus.DryRun
        : changed ? RunStatus.Succeeded
        : RunStatus.NothingToDo;

    /// <inheritdoc/>
    public sealed override string ToString() => $"{Status}: {Target}";
}
