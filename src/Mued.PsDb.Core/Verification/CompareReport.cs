using System.Text.Json.Serialization;

namespace Mued.PsDb;

/// <summary>The outcome of <c>Compare-MuedSchema</c>.</summary>
/// <param name="Reference">The database, file or folder that the others were compared with.</param>
public sealed record CompareReport(string Reference)
{
    /// <summary>Whether all targets are like the reference.</summary>
    public bool Equal => Targets.All(target => target.Equal);

    /// <summary>One for each target, in their order.</summary>
    public IReadOnlyList<ComparedSchema> Targets { get; init; } = [];

    /// <summary>When the comparison started, on this machine's clock.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took.</summary>
    [JsonPropertyName("durationMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Duration { get; init; }

    /// <summary>What the comparison says nothing about, in words.</summary>
    public IReadOnlyList<string> NotCompared { get; init; } = [];
}
