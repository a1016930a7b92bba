using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>A plugin as it was tested.</summary>
/// <param name="Plugin">Its row.</param>
/// <param name="Checks">What was looked at.</param>
public sealed record PluginResult(PluginInfo Plugin, IReadOnlyList<RunbookCheck> Checks)
{
    /// <inheritdoc cref="PluginResult" path="/param[@name='Checks']"/>
    public IReadOnlyList<RunbookCheck> Checks { get; init; } = RecordList.Of(Checks);

    /// <summary>What its endpoint answered.</summary>
    public PluginHealth Health { get; init; }

    /// <summary>Until the head of the answer was there; null when it was not asked or did not answer.</summary>
    [JsonPropertyName("latencyMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan? Latency { get; init; }

    /// <summary>The HTTP status; null without an answer.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>The worst of its checks.</summary>
    public RunbookStatus Status =>
        Checks.Any(check => check.Status == RunbookStatus.Failed) ? RunbookStatus.Failed
        : Checks.Any(check => check.Status == RunbookStatus.Warning) ? RunbookStatus.Warning
        : RunbookStatus.Passed;

    /// <inheritdoc/>
    public override string ToString() => $"{Plugin.Name} ({Status})";
}
