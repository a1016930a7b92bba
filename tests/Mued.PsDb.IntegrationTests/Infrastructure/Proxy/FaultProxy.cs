using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Mued.PsDb.Tests;

/// <summary>
/// A TCP proxy that knows the messages of PostgreSQL's protocol 3 in plain text. It counts them, delays them, and cuts the
/// connection at a chosen one; it never reorders or changes any.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentBag<ProxyConnection> _connections = [];
    private readonly Uri _server;
    private readonly ProxyOptions _options;
    private readonly Task _accepting;
    private int _toServer, _toClient, _roundTrips, _cancelRequests, _connectionCount;

    private FaultProxy(string serverUrl, ProxyOptions options)
    {
        _server = new(serverUrl);
        _options = options;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(256);
        Url = new UriBuilder(_server) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndPoint!).Port, Query = "sslmode=disable" }.Uri.AbsoluteUri;
        _accepting = AcceptAsync();
    }

    /// <summary>The server's URI with the proxy in its place.</summary>
    public string Url { get; }

    /// <summary>Messages that went on to the server, over all connections, start-up included; one that a cut swallowed counts too.</summary>
    public int ToServer => Volatile.Read(ref _toServer);

    /// <summary>Messages that went on to the client.</summary>
    public int ToClient => Volatile.Read(ref _toClient);

    /// <summary>
    /// Round trips after the connection was open, over all connections: how often the client sent when every Query and Sync had
    /// been answered, or in answer to CopyInResponse. Terminate is none.
    /// </summary>
    public int RoundTrips => Volatile.Read(ref _roundTrips);

    /// <summary>Connections, those of CancelRequest included.</summary>
    public int Connections => Volatile.Read(ref _connectionCount);

    /// <summary>Requests to cancel a query; they are no messages of a session and in no other count.</summary>
    public int CancelRequests => Volatile.Read(ref _cancelRequests);

    /// <summary>Whether the cut was made.</summary>
    public bool WasCut { get; private set; }

    /// <summary>Starts a proxy on a free loopback port.</summary>
    /// <param name="serverUrl">The URI of a server, or of a database on it.</param>
    /// <param name="options">What to do to the traffic; null only counts.</param>
    public static FaultProxy Start(string serverUrl, ProxyOptions? options = null) => new(serverUrl, options ?? new());

    /// <summary>Sets every count to zero, for instance after a warm-up; a cut counts on from there.</summary>
    public void ResetCounts()
    {
        Volatile.Write(ref _toServer, 0);
        Volatile.Write(ref _toClient, 0);
        Volatile.Write(ref _roundTrips, 0);
        Volatile.Write(ref _cancelRequests, 0);
        Volatile.Write(ref _connectionCount, 0);
    }

    /// <summary>Ends all connections by RST, those in silence too, as when the network at last gives up.</summary>
    public void AbortConnections()
    {
        foreach (var connection in _connections) connection.Abort();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    internal ProxyCut? Count(ProxyDirection direction)
    {
        var number = direction == ProxyDirection.ToServer ? Interlocked.Increment(ref _toServer) : Interlocked.Increment(ref _toClient);
        if (_options.Cut is not { } cut || WasCut || cut.Direction != direction || cut.Message != number) return null;
        WasCut = true;
        return cut;
    }

    internal void CountRoundTrip() => Interlocked.Increment(ref _roundTrips);

    internal void CountCancelRequest() => Interlocked.Increment(ref _cancelRequests);

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync();
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
        Interlocked.Increment(ref _connectionCount);
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        try
        {
            await server.ConnectAsync(_server.Host, _server.Port > 0 ? _server.Port : 5432);
        }
        catch (SocketException)
        {
            // No server: the client finds its connection reset.
            server.Dispose();
            client.LingerState = new(enable: true, seconds: 0);
            client.Dispose();
            return;
        }

        var connection = new ProxyConnection(this, client, server, _options.Delay);
        _connections.Add(connection);
        await connection.RunAsync();
    }
}
