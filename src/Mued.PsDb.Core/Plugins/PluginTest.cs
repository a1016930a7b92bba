using System.Diagnostics;
using Mued.PsDb.Plugins;

namespace Mued.PsDb;

/// <summary>Tests the plugins of a database: what their rows hold, and what their endpoints answer.</summary>
public static class PluginTest
{
    /// <summary>Tests; all endpoints are asked side by side.</summary>
    /// <param name="settings">The database.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends the requests; then nothing is written.</param>
    /// <returns>The plugins with their checks; whether one failed is <see cref="PluginReport.Success"/>.</returns>
    /// <exception cref="MuedException">Phase 2 is not there, or the role may not (exit code 1); no connection (3).</exception>
    public static async Task<PluginReport> RunAsync(
        ConnectionSettings settings,
        PluginTestOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        var (startedAt, clock) = (DateTimeOffset.UtcNow, Stopwatch.StartNew());
        var plugins = await PluginRegistry.ReadAsync(settings, cancellationToken).ConfigureAwait(false);
        using var probe = new PluginProbe(options);
        var results = await Task.WhenAll(plugins.Select(plugin => TestAsync(plugin, probe, options, cancellationToken)))
            .ConfigureAwait(false);
        var asked = results.Where(result => result.Health != PluginHealth.NotAsked).ToList();
        if (options.Update && asked.Count > 0)
            await PluginRegistry.WriteAsync(settings, asked, cancellationToken).ConfigureAwait(false);
        return new(settings.Target, settings.Source)
        {
            StartedAt = startedAt,
            Duration = clock.Elapsed,
            Checks = PluginChecks.Registered(plugins),
            Plugins = results,
            Updated = options.Update && asked.Count > 0,
        };
    }

    private static async Task<PluginResult> TestAsync(
        PluginInfo plugin,
        PluginProbe probe,
        PluginTestOptions options,
        CancellationToken cancellationToken
    )
    {
        List<RunbookCheck> checks = [.. PluginChecks.Of(plugin, options, DateTime.UtcNow)];
        if (
            !plugin.Enabled
            || plugin.ApiEndpoint is not { } endpoint
            || PluginChecks.EndpointFault(endpoint, options.AllowLocal) is not null
        )
            return new(plugin, checks);
        var (health, check, latency, status) = await probe.AskAsync(plugin, cancellationToken).ConfigureAwait(false);
        return new(plugin, [.. checks, check])
        {
            Health = health,
            Latency = latency,
            HttpStatus = status,
        };
    }
}
