using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>The outcome of <c>Test-MuedPlugin</c>.</summary>
/// <param name="Target">The database as user@host:port/database, without secrets.</param>
/// <param name="Source">Where the connection came from.</param>
public sealed record PluginReport(string Target, string Source)
{
    /// <summary>Whether no check failed.</summary>
    public bool Success =>
        Checks.All(check => check.Status != RunbookStatus.Failed) && Plugins.All(plugin => plugin.Status != RunbookStatus.Failed);

    /// <summary>When the test started, on this machine's clock.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took.</summary>
    [JsonPropertyName("durationMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Duration { get; init; }

    /// <summary>What the registry as a whole must hold.</summary>
    public IReadOnlyList<RunbookCheck> Checks
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<RunbookCheck>();

    /// <summary>The plugins, by name.</summary>
    public IReadOnlyList<PluginResult> Plugins
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<PluginResult>();

    /// <summary>Whether the health was written.</summary>
    public bool Updated { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{(Success ? "Passed" : "Failed")}: {Target}";
}
