using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>The outcome of <c>Compare-MuedSchema</c>.</summary>
/// <param name="Reference">The database, file or folder that the others were compared with.</param>
public sealed record CompareReport(string Reference)
{
    /// <summary>The same as <see cref="Equal"/>, by the name that every report has.</summary>
    public bool Success => Equal;

    /// <summary>Whether all targets are like the reference.</summary>
    public bool Equal => Targets.All(target => target.Equal);

    /// <summary>One for each target, in their order.</summary>
    public IReadOnlyList<ComparedSchema> Targets
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<ComparedSchema>();

    /// <summary>When the comparison started, on this machine's clock.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took.</summary>
    [JsonPropertyName("durationMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Duration { get; init; }

    /// <summary>What the comparison says nothing about, in words.</summary>
    public IReadOnlyList<string> NotCompared
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <inheritdoc/>
    public override string ToString() => $"{(Equal ? "Equal" : "Different")}: {Reference}";
}
