namespace Mued.PsDb;

/// <summary>How <see cref="PluginTest"/> tests.</summary>
public sealed record PluginTestOptions
{
    /// <summary>The longest wait for an answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>An answer that takes longer is slow.</summary>
    public TimeSpan DegradedAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How old the last written health may be; null for any age.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Whether endpoints may be plain http and lie on this machine or its link.</summary>
    public bool AllowLocal { get; init; }

    /// <summary>Whether the key is sent, as a bearer token.</summary>
    public bool SendKey { get; init; }

    /// <summary>Whether the health is written to <c>plugin_registry</c>.</summary>
    public bool Update { get; init; }
}
