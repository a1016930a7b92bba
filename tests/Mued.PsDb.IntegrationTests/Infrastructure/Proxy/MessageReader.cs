using System.Buffers.Binary;
using System.Net.Sockets;

namespace Mued.PsDb.Tests;

/// <summary>
/// Splits one direction of a plain-text connection into messages (PostgreSQL documentation, "Message Formats"): a type byte, then a
/// length that counts itself; without the type byte before and in the start-up message; and one bare byte in answer to a request for
/// encryption.
/// </summary>
internal sealed class MessageReader(Socket socket)
{
    private byte[] buffer = new byte[64 * 1024];
    private int start,
        end;

    /// <summary>The next message as its whole bytes; empty at the end of the stream.</summary>
    /// <param name="hasType">Whether it begins with a type byte.</param>
    public async Task<byte[]> ReadAsync(bool hasType)
    {
        var header = hasType ? 5 : 4;
        if (!await FillAsync(header))
            return [];
        var length = BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(start + header - 4)) + (hasType ? 1 : 0);
        return await FillAsync(length) ? Take(length) : [];
    }

    /// <summary>The next byte without taking it; -1 at the end of the stream.</summary>
    public async Task<int> PeekAsync() => await FillAsync(1) ? buffer[start] : -1;

    /// <summary>One bare byte, which <see cref="PeekAsync"/> has seen.</summary>
    public byte[] TakeByte() => Take(1);

    private byte[] Take(int count)
    {
        var message = buffer.AsSpan(start, count).ToArray();
        start += count;
        return message;
    }

    private async Task<bool> FillAsync(int count)
    {
        while (end - start < count)
        {
            if (start + count > buffer.Length || start == end)
            {
                var rest = buffer.AsSpan(start, end - start);
                var target = count > buffer.Length ? new byte[Math.Max(count, buffer.Length * 2)] : buffer;
                rest.CopyTo(target);
                (buffer, start, end) = (target, 0, rest.Length);
            }

            var read = await socket.ReceiveAsync(buffer.AsMemory(end), SocketFlags.None);
            if (read == 0)
                return false;
            end += read;
        }

        return true;
    }
}
