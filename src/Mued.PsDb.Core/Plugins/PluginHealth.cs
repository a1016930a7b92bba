namespace Mued.PsDb;

/// <summary>What the endpoint of a plugin answered.</summary>
public enum PluginHealth : long
{
    /// <summary>It has none, is disabled, or must not be asked.</summary>
    NotAsked,

    /// <summary>It answered in time.</summary>
    Healthy,

    /// <summary>It was slow, or refused the request (HTTP 4xx).</summary>
    Degraded,

    /// <summary>No answer, no trusted connection, an error of its own (HTTP 5xx), or a redirect to another host.</summary>
    Unhealthy,
}
