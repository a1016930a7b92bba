using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>A row of <c>plugin_registry</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Source">The source that it serves, such as note.</param>
/// <param name="Version">Its version.</param>
/// <param name="Enabled">Whether it may be used.</param>
public sealed record PluginInfo(string Name, string Source, string Version, bool Enabled)
{
    /// <summary>The capabilities that are true, by name.</summary>
    public IReadOnlyList<string> Capabilities
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <summary>The capabilities as they stand, as JSON.</summary>
    public required string CapabilitiesJson { get; init; }

    /// <summary>Where it is asked; null for none.</summary>
    public string? ApiEndpoint { get; init; }

    /// <summary>The environment variable that holds its key; null for none. The value is never read into a report.</summary>
    public string? ApiKeyVariable { get; init; }

    /// <summary>When its health was last written, in UTC; null for never.</summary>
    public DateTime? LastHealthCheck { get; init; }

    /// <summary>The health that was last written.</summary>
    public string? HealthStatus { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
