using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Plugins;

/// <summary>What the row of a plugin must hold. Nobody is asked for it.</summary>
internal static partial class PluginChecks
{
    public static readonly string[] Capabilities = ["list", "search", "filter", "fetch", "transform"];

    // The plugins that Phase 2 registers.
    private static readonly string[] First = ["note", "local"];

    /// <summary>Whether the registry holds the first plugins.</summary>
    public static IReadOnlyList<RunbookCheck> Registered(IReadOnlyList<PluginInfo> plugins) =>
        [
            .. First.Select(source =>
                Check(
                    Texts.Get("Plugin.Registered", source),
                    plugins.Any(plugin => plugin.Source == source) ? null : Texts.Get("Plugin.NotRegistered", source)
                )
            ),
        ];

    /// <summary>The checks of one row.</summary>
    public static IEnumerable<RunbookCheck> Of(PluginInfo plugin, PluginTestOptions options, DateTime now)
    {
        yield return Check(Texts.Get("Plugin.Capabilities"), CapabilityFault(plugin.CapabilitiesJson));
        if (plugin.ApiEndpoint is { } endpoint)
            yield return Check(Texts.Get("Plugin.Endpoint"), EndpointFault(endpoint, options.AllowLocal));
        if (plugin.ApiKeyVariable is { } variable)
            yield return Check(
                Texts.Get("Plugin.Key"),
                string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)) ? Texts.Get("Plugin.KeyMissing", variable) : null
            );
        yield return Check(
            Texts.Get("Plugin.Version"),
            Version().IsMatch(plugin.Version) ? null : Texts.Get("Plugin.VersionWrong", plugin.Version)
        );
        if (options.MaxAge is { } age && plugin.Enabled && plugin.ApiEndpoint is not null && !options.Update)
            yield return Check(Texts.Get("Plugin.Age"), AgeFault(plugin.LastHealthCheck, age, now));
    }

    /// <summary>Why an endpoint must not be asked; null when it may.</summary>
    public static string? EndpointFault(string endpoint, bool allowLocal)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            return Texts.Get("Plugin.EndpointNoUrl");
        if (uri.UserInfo.Length > 0)
            return Texts.Get("Plugin.EndpointSecret");
        if (uri.Scheme != Uri.UriSchemeHttps && !(allowLocal && uri.Scheme == Uri.UriSchemeHttp))
            return Texts.Get("Plugin.EndpointScheme", uri.Scheme);
        if (allowLocal)
            return null;
        return
            uri.IsLoopback
            || uri.IdnHost.TrimEnd('.').EndsWith("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(uri.DnsSafeHost, out var address) && IsLocal(address))
            ? Texts.Get("Plugin.EndpointLocal", uri.Host)
            : null;
    }

    /// <summary>Whether an address is this machine's or its link's: what a name must not lead to either.</summary>
    public static bool IsLocal(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return IPAddress.IsLoopback(address)
            || address.IsIPv6LinkLocal
            || address.Equals(IPAddress.IPv6Any)
            || (bytes.Length == 4 && (bytes[0] == 0 || (bytes[0] == 169 && bytes[1] == 254)));
    }

    /// <summary>A check that failed where there is a fault.</summary>
    public static RunbookCheck Check(string name, string? fault) =>
        new(name, fault is null ? RunbookStatus.Passed : RunbookStatus.Failed, fault ?? "");

    private static string? CapabilityFault(string json)
    {
        using var document = JsonDocument.Parse(json);
        var wrong = Capabilities
            .Where(name =>
                document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty(name, out var value)
                || value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)
            )
            .ToList();
        return wrong.Count == 0 ? null : Texts.Get("Plugin.CapabilitiesWrong", string.Join(", ", wrong));
    }

    private static string? AgeFault(DateTime? last, TimeSpan most, DateTime now) =>
        last is null ? Texts.Get("Plugin.NeverChecked")
        : now - last > most ? Texts.Get("Plugin.CheckedLongAgo", Figures.Duration(now - last.Value), Figures.Duration(most))
        : null;

    [GeneratedRegex(@"^\d+(\.\d+){0,3}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$")]
    private static partial Regex Version();
}
