using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mued.PsDb.Tests.Plugins;

/// <summary>
/// A real web server on the loopback that answers by path, badly where the path says so. It keeps the heads of the requests.
/// </summary>
internal sealed class PluginServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private readonly List<string> requests = [];

    public PluginServer()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>How many bytes of the endless body were taken from it.</summary>
    public long Sent { get; private set; }

    public string Authority => $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (requests)
                return [.. requests];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (!stop.IsCancellationRequested)
                open.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException) { }
        await Task.WhenAll(open);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            var head = new List<string>();
            while (await reader.ReadLineAsync(stop.Token) is { Length: > 0 } line)
                head.Add(line);
            lock (requests)
                requests.Add(string.Join('\n', head));
            await AnswerAsync(stream, head.Count == 0 ? "" : head[0].Split(' ')[1]);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or IndexOutOfRangeException) { }
    }

    private async Task AnswerAsync(NetworkStream stream, string path)
    {
        switch (path)
        {
            case "/hang":
                await Task.Delay(Timeout.Infinite, stop.Token);
                break;
            case "/close":
                break;
            case "/moved":
                await WriteAsync(stream, "302 Found", "Location: /200\r\n");
                break;
            case "/round":
                await WriteAsync(stream, "302 Found", "Location: /round\r\n");
                break;
            case "/away":
                await WriteAsync(stream, "302 Found", "Location: http://other.example/ok\r\n");
                break;
            case "/endless":
                await WriteAsync(stream, "200 OK", "Transfer-Encoding: chunked\r\n");
                var chunk = Encoding.ASCII.GetBytes("400\r\n" + new string('x', 1024) + "\r\n");
                for (; ; Sent += chunk.Length)
                    await stream.WriteAsync(chunk, stop.Token);
            default:
                await WriteAsync(stream, path[1..] + " Whatever", "Content-Length: 0\r\n");
                break;
        }
    }

    private async Task WriteAsync(NetworkStream stream, string status, string header) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{header}Connection: close\r\n\r\n"), stop.Token);
}
