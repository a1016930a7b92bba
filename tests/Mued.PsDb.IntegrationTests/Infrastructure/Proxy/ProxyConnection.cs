using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Mued.PsDb.Tests;

/// <summary>One client's connection through a <see cref="FaultProxy"/>: two queues of whole messages, one a direction.</summary>
internal sealed class ProxyConnection(FaultProxy proxy, Socket client, Socket server, TimeSpan delay)
{
    private const int CancelRequest = 80877102,
        SslRequest = 80877103,
        GssEncryptionRequest = 80877104;

    private readonly long accepted = Stopwatch.GetTimestamp();
    private readonly object gate = new();
    private int bareAnswers; // one-byte answers that the server still owes
    private bool authenticated;
    private int unanswered; // Query and Sync messages whose ReadyForQuery the client has not got
    private bool inQuery; // the client is between the first message of an extended query and its Sync
    private bool mustAnswerCopy; // the client waited for CopyInResponse and has not sent since
    private bool isCut;

    /// <summary>Forwards until both peers have closed, or <see cref="Abort"/>; in silence that is when the proxy ends.</summary>
    public async Task RunAsync()
    {
        await Task.WhenAll(
            PumpAsync(ProxyDirection.ToServer, client, server, ReadFromClientAsync),
            PumpAsync(ProxyDirection.ToClient, server, client, ReadFromServerAsync)
        );
        client.Dispose();
        server.Dispose();
    }

    /// <summary>Ends both sides by RST.</summary>
    public void Abort()
    {
        Reset(client);
        Reset(server);
    }

    /// <summary>Forwards nothing any more.</summary>
    public void Silence()
    {
        lock (gate)
            isCut = true;
    }

    private async Task PumpAsync(ProxyDirection direction, Socket from, Socket to, Func<MessageReader, ChannelWriter<Item>, Task> read)
    {
        var queue = Channel.CreateUnbounded<Item>(new() { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(async () =>
        {
            try
            {
                await read(new(from), queue.Writer);
                queue.Writer.Complete();
            }
            catch (Exception e)
            {
                queue.Writer.Complete(e);
            }
        });
        try
        {
            if (await ForwardAllAsync(direction, queue.Reader, from, to))
                to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e)
        {
            // One side is gone without a goodbye; so goes the other.
            if (!IsCut())
                Abort();
            if (e is not (SocketException or ObjectDisposedException))
                throw;
        }

        await reading;
    }

    /// <summary>
    /// Forwards in order, each message when it is due; those due together in one write. False when the connection was cut.
    /// </summary>
    private async Task<bool> ForwardAllAsync(ProxyDirection direction, ChannelReader<Item> queue, Socket from, Socket to)
    {
        var due = new MemoryStream();
        while (await queue.WaitToReadAsync())
        {
            due.SetLength(0);
            ProxyCut? cut = null;
            while (cut is null && queue.TryPeek(out var item) && (due.Length == 0 || item.Release <= Stopwatch.GetTimestamp()))
            {
                await WaitUntilAsync(item.Release);
                if (!item.IsCancel)
                    cut = Count(direction, item.Message);
                if (IsCut() && cut is null)
                    return false;
                if (cut is null or { Forward: true })
                    due.Write(item.Message);
                queue.TryRead(out _);
            }

            if (due.Length > 0)
                await to.SendAsync(due.GetBuffer().AsMemory(0, (int)due.Length), SocketFlags.None);
            if (cut is not null)
            {
                End(cut, from, to);
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Counts a message at the moment it goes on; the cut that falls on it, if any, from then on holds for both directions.
    /// </summary>
    private ProxyCut? Count(ProxyDirection direction, byte[] message)
    {
        lock (gate)
        {
            if (isCut)
                return null;
            CountRoundTrip(direction, message);
            var cut = proxy.Count(direction, message);
            isCut = cut is not null;
            return cut;
        }
    }

    /// <summary>
    /// A round trip begins when the client sends although nothing is on its way to it that it could still wait for: every Query and
    /// Sync is answered, or the server asked for COPY data. What overlaps in a pipeline so counts once.
    /// </summary>
    private void CountRoundTrip(ProxyDirection direction, byte[] message)
    {
        var type = (char)message[0];
        if (direction == ProxyDirection.ToClient)
        {
            if (type == 'Z' && !authenticated)
                authenticated = true;
            else if (type == 'Z')
                unanswered = Math.Max(0, unanswered - 1);
            else if (type == 'G')
                mustAnswerCopy = true;
        }
        else if (authenticated && type != 'X')
        {
            if ((unanswered == 0 && !inQuery) || mustAnswerCopy)
                proxy.CountRoundTrip();
            mustAnswerCopy = false;
            inQuery = true;
            if (type is 'Q' or 'S' or 'F')
            {
                unanswered++;
                inQuery = false;
            }
        }
    }

    private void End(ProxyCut cut, Socket from, Socket to)
    {
        switch (cut.Kind)
        {
            case CutKind.Reset when cut.Forward:
                Reset(from);
                Finish(to);
                break;
            case CutKind.Reset:
                Abort();
                break;
            case CutKind.Close:
                Finish(from);
                Finish(to);
                break;
            case CutKind.Silence:
                break;
        }
    }

    /// <summary>
    /// Sends FIN behind what was sent before. The socket itself stays, and its reader swallows what the peer still sends: a socket
    /// closed with unread data sends RST, which may overtake the data.
    /// </summary>
    private static void Finish(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer was faster.
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }

        socket.Dispose();
    }

    private async Task ReadFromClientAsync(MessageReader reader, ChannelWriter<Item> queue)
    {
        var handshake = delay * 2;
        for (var started = false; !started; )
        {
            var message = await reader.ReadAsync(hasType: false);
            if (message.Length < 8)
                return;
            var code = BinaryPrimitives.ReadInt32BigEndian(message.AsSpan(4));
            if (code is SslRequest or GssEncryptionRequest)
                Interlocked.Increment(ref bareAnswers);
            if (code == CancelRequest)
                proxy.CountCancelRequest();
            var release = Math.Max(Stopwatch.GetTimestamp(), accepted + Ticks(handshake)) + Ticks(delay);
            queue.TryWrite(new(message, release, code == CancelRequest));
            started = code is not (SslRequest or GssEncryptionRequest);
        }

        while (await reader.ReadAsync(hasType: true) is { Length: > 0 } message)
            queue.TryWrite(new(message, Release()));
    }

    private async Task ReadFromServerAsync(MessageReader reader, ChannelWriter<Item> queue)
    {
        for (int first; (first = await reader.PeekAsync()) >= 0; )
        {
            var isBare = first is 'N' or 'S' or 'G' && Volatile.Read(ref bareAnswers) > 0;
            if (isBare && first != 'N')
                throw new NotSupportedException("The proxy reads plain text only; connect with sslmode=disable.");
            if (isBare)
                Interlocked.Decrement(ref bareAnswers);
            var message = isBare ? reader.TakeByte() : await reader.ReadAsync(hasType: true);
            if (message.Length == 0)
                return;
            queue.TryWrite(new(message, Release()));
        }
    }

    private bool IsCut()
    {
        lock (gate)
            return isCut;
    }

    private long Release() => Stopwatch.GetTimestamp() + Ticks(delay);

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private static async Task WaitUntilAsync(long release)
    {
        var rest = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), release);
        if (rest > TimeSpan.Zero)
            await Task.Delay(rest);
    }

    private readonly record struct Item(byte[] Message, long Release, bool IsCancel = false);
}
