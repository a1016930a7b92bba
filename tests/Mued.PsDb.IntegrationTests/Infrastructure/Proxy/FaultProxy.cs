using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mued.PsDb.Tests;

/// <summary>
/// A TCP proxy that knows the messages of PostgreSQL's protocol 3 in plain text. It counts them, delays them, and cuts the
/// connection at a chosen one; it never reorders or changes any.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentBag<ProxyConnection> connections = [];
    private readonly Uri server;
    private readonly ProxyOptions options;
    private readonly byte[] lookFor;
    private readonly Task accepting;
    private volatile bool silent;
    private int toServer,
        toClient,
        roundTrips,
        cancelRequests,
        connectionCount,
        sightings;

    private FaultProxy(string serverUrl, ProxyOptions options)
    {
        server = new(serverUrl);
        this.options = options;
        lookFor = Encoding.UTF8.GetBytes(options.LookFor ?? "");
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(256);
        Url = new UriBuilder(server)
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)listener.LocalEndPoint!).Port,
            Query = "sslmode=disable",
        }
            .Uri
            .AbsoluteUri;
        accepting = AcceptAsync();
    }

    /// <summary>The server's URI with the proxy in its place.</summary>
    public string Url { get; }

    /// <summary>
    /// Messages that went on to the server, over all connections, start-up included; one that a cut swallowed counts too.
    /// </summary>
    public int ToServer => Volatile.Read(ref toServer);

    /// <summary>Messages that went on to the client.</summary>
    public int ToClient => Volatile.Read(ref toClient);

    /// <summary>
    /// Round trips after the connection was open, over all connections: how often the client sent when every Query and Sync had
    /// been answered, or in answer to CopyInResponse. Terminate is none.
    /// </summary>
    public int RoundTrips => Volatile.Read(ref roundTrips);

    /// <summary>Connections, those of CancelRequest included.</summary>
    public int Connections => Volatile.Read(ref connectionCount);

    /// <summary>Requests to cancel a query; they are no messages of a session and in no other count.</summary>
    public int CancelRequests => Volatile.Read(ref cancelRequests);

    /// <summary>Messages to the server that held <see cref="ProxyOptions.LookFor"/>.</summary>
    public int Sightings => Volatile.Read(ref sightings);

    /// <summary>Whether the cut was made.</summary>
    public bool WasCut { get; private set; }

    /// <summary>Starts a proxy on a free loopback port.</summary>
    /// <param name="serverUrl">The URI of a server, or of a database on it.</param>
    /// <param name="options">What to do to the traffic; null only counts.</param>
    public static FaultProxy Start(string serverUrl, ProxyOptions? options = null) => new(serverUrl, options ?? new());

    /// <summary>Sets every count to zero, for instance after a warm-up; a cut counts on from there.</summary>
    public void ResetCounts()
    {
        Volatile.Write(ref toServer, 0);
        Volatile.Write(ref toClient, 0);
        Volatile.Write(ref roundTrips, 0);
        Volatile.Write(ref cancelRequests, 0);
        Volatile.Write(ref connectionCount, 0);
        Volatile.Write(ref sightings, 0);
    }

    /// <summary>Ends all connections by RST, those in silence too, as when the network at last gives up.</summary>
    public void AbortConnections()
    {
        foreach (var connection in connections)
            connection.Abort();
    }

    /// <summary>From now on nothing arrives any more, on no connection, and nobody tells: as when a machine loses its network.</summary>
    public void Silence()
    {
        silent = true;
        foreach (var connection in connections)
            connection.Silence();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await accepting;
    }

    internal ProxyCut? Count(ProxyDirection direction, ReadOnlySpan<byte> message)
    {
        if (direction == ProxyDirection.ToServer && lookFor.Length > 0 && message.IndexOf(lookFor) >= 0)
            Interlocked.Increment(ref sightings);
        var number = direction == ProxyDirection.ToServer ? Interlocked.Increment(ref toServer) : Interlocked.Increment(ref toClient);
        if (options.Cut is not { } cut || WasCut || cut.Direction != direction || cut.Message != number)
            return null;
        WasCut = true;
        return cut;
    }

    internal void CountRoundTrip() => Interlocked.Increment(ref roundTrips);

    internal void CountCancelRequest() => Interlocked.Increment(ref cancelRequests);

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync();
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The proxy was disposed.
        }

        AbortConnections();
        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(Socket client)
    {
        Interlocked.Increment(ref connectionCount);
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        try
        {
            await server.ConnectAsync(this.server.Host, this.server.Port > 0 ? this.server.Port : 5432);
        }
        catch (SocketException)
        {
            // No server: the client finds its connection reset.
            server.Dispose();
            client.LingerState = new(enable: true, seconds: 0);
            client.Dispose();
            return;
        }

        var connection = new ProxyConnection(this, client, server, options.Delay);
        connections.Add(connection);
        if (silent)
            connection.Silence();
        await connection.RunAsync();
    }
}
