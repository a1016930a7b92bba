using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mued.PsDb.Tests;

/// <summary>
/// A server that speaks the start-up part of the protocol alone, as a hostile one might: it asks for whatever it likes, notes what the
/// client sends, and lets nobody in (PostgreSQL documentation, "Message Flow", Start-up).
/// </summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private const int SslRequest = 80877103;
    private const int GssRequest = 80877104;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> seen = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly X509Certificate2? certificate;
    private readonly string asks;
    private readonly Task accepting;

    private FakeServer(bool tls, string asks)
    {
        certificate = tls ? NewCertificate() : null;
        this.asks = asks;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>What clients sent, in order: <c>gss</c>, <c>plain:password</c>, <c>tls:SCRAM-SHA-256-PLUS</c> and the like.</summary>
    public IReadOnlyCollection<string> Seen => seen;

    /// <summary>Starts it.</summary>
    /// <param name="tls">Whether it agrees to TLS.</param>
    /// <param name="asks">For what it asks: trust, password, md5, scram, or scram-plus, which offers both.</param>
    public static FakeServer Start(bool tls, string asks) => new(tls, asks);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        certificate?.Dispose();
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var talks = new List<Task>();
        try
        {
            while (true)
                talks.Add(TalkAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(talks);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var connection = client;
        try
        {
            await AnswerAsync(client.GetStream());
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client went away, as it should where it refuses.
        }
    }

    private async Task AnswerAsync(Stream stream)
    {
        var link = "plain";
        while (true)
        {
            var start = await ReadAsync(stream, withType: false);
            switch (BinaryPrimitives.ReadInt32BigEndian(start.Body))
            {
                case SslRequest when certificate is null:
                    await stream.WriteAsync("N"u8.ToArray(), stopping.Token);
                    continue;
                case SslRequest:
                    await stream.WriteAsync("S"u8.ToArray(), stopping.Token);
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(new() { ServerCertificate = certificate }, stopping.Token);
                    (stream, link) = (tls, "tls");
                    continue;
                case GssRequest:
                    seen.Enqueue("gss");
                    await stream.WriteAsync("N"u8.ToArray(), stopping.Token);
                    continue;
            }

            break;
        }

        await SendAsync(stream, 'R', Request());
        if (asks == "trust")
        {
            seen.Enqueue(link + ":in");
            await SendAsync(stream, 'E', Encoding.UTF8.GetBytes("SFATAL\0VFATAL\0C57P01\0Mgoing down\0\0"));
            return;
        }

        var (type, body) = await ReadAsync(stream, withType: true);
        seen.Enqueue($"{link}:{(type == 'p' ? NameOf(body) : type)}");
        await SendAsync(stream, 'E', Encoding.UTF8.GetBytes("SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed\0\0"));
    }

    private byte[] Request() =>
        asks switch
        {
            "trust" => [0, 0, 0, 0],
            "password" => [0, 0, 0, 3],
            "md5" => [0, 0, 0, 5, 1, 2, 3, 4],
            "scram" => [0, 0, 0, 10, .. "SCRAM-SHA-256\0\0"u8],
            _ => [0, 0, 0, 10, .. "SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0"u8],
        };

    private string NameOf(byte[] body) =>
        asks.StartsWith("scram", StringComparison.Ordinal) ? Encoding.UTF8.GetString(body, 0, Array.IndexOf(body, (byte)0)) : asks;

    private async Task<(char Type, byte[] Body)> ReadAsync(Stream stream, bool withType)
    {
        var head = new byte[withType ? 5 : 4];
        await stream.ReadExactlyAsync(head, stopping.Token);
        var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(head.Length - 4)) - 4;
        if (length is < 0 or > 10000)
            throw new IOException("This is not the protocol.");
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, stopping.Token);
        return (withType ? (char)head[0] : '\0', body);
    }

    private async Task SendAsync(Stream stream, char type, byte[] body)
    {
        var message = new byte[5 + body.Length];
        message[0] = (byte)type;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), 4 + body.Length);
        body.CopyTo(message, 5);
        await stream.WriteAsync(message, stopping.Token);
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
