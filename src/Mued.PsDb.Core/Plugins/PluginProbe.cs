using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Plugins;

/// <summary>
/// Asks endpoints for their health: one GET, whose body is not read. A name must lead to an allowed address at the moment of connecting,
/// since a look before that could be told another one; and no redirect leads to another host, for the key would go there.
/// </summary>
internal sealed class PluginProbe : IDisposable
{
    private const int MostRedirects = 5;
    private readonly PluginTestOptions options;
    private readonly HttpClient client;

    public PluginProbe(PluginTestOptions options)
    {
        this.options = options;
        client = new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                ConnectCallback = ConnectAsync,
                MaxResponseHeadersLength = 64,
            }
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    /// <summary>Asks a plugin whose endpoint is fit to be asked.</summary>
    /// <returns>Its health, with the check that says why.</returns>
    public async Task<(PluginHealth Health, RunbookCheck Check, TimeSpan? Latency, int? Status)> AskAsync(
        PluginInfo plugin,
        CancellationToken cancellationToken
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Timeout);
        var clock = Stopwatch.StartNew();
        try
        {
            var status = await GetAsync(plugin, limit.Token).ConfigureAwait(false);
            var latency = clock.Elapsed;
            var health =
                status is >= 200 and < 400 && latency <= options.DegradedAfter ? PluginHealth.Healthy
                : status < 500 ? PluginHealth.Degraded
                : PluginHealth.Unhealthy;
            return (health, Judged(health, Texts.Get("Plugin.Answered", status, Figures.Duration(latency))), latency, status);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Unhealthy(Texts.Get("Plugin.TimedOut", Figures.Duration(options.Timeout)));
        }
        catch (Exception e) when (e is HttpRequestException or AuthenticationException or SocketException or IOException)
        {
            return Unhealthy(e.GetBaseException().Message);
        }
    }

    private static (PluginHealth, RunbookCheck, TimeSpan?, int?) Unhealthy(string why) =>
        (PluginHealth.Unhealthy, Judged(PluginHealth.Unhealthy, why), null, null);

    private static RunbookCheck Judged(PluginHealth health, string detail) =>
        new(
            Texts.Get("Plugin.Health"),
            health switch
            {
                PluginHealth.Healthy => RunbookStatus.Passed,
                PluginHealth.Degraded => RunbookStatus.Warning,
                _ => RunbookStatus.Failed,
            },
            detail
        );

    private async Task<int> GetAsync(PluginInfo plugin, CancellationToken cancellationToken)
    {
        var uri = new Uri(plugin.ApiEndpoint!);
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            if (
                options.SendKey
                && plugin.ApiKeyVariable is { } variable
                && Environment.GetEnvironmentVariable(variable) is { Length: > 0 } key
            )
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var response = await client
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            if (response.Headers.Location is not { } location || (int)response.StatusCode is < 300 or >= 400)
                return (int)response.StatusCode;
            var next = new Uri(uri, location);
            if (next.Host != uri.Host || next.Port != uri.Port || next.Scheme != uri.Scheme)
                throw new HttpRequestException(Texts.Get("Plugin.RedirectElsewhere", next.GetLeftPart(UriPartial.Authority)));
            if (redirects == MostRedirects)
                throw new HttpRequestException(Texts.Get("Plugin.RedirectEndless", MostRedirects));
            uri = next;
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken).ConfigureAwait(false);
        if (!options.AllowLocal && addresses.FirstOrDefault(PluginChecks.IsLocal) is { } local)
            throw new HttpRequestException(Texts.Get("Plugin.EndpointLocal", $"{context.DnsEndPoint.Host} ({local})"));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
