using System.Buffers.Binary;
using System.Net.Sockets;

namespace Mued.PsDb.Tests;

/// <summary>
/// Splits one direction of a plain-text connection into messages (PostgreSQL documentation, "Message Formats"): a type byte, then a
/// length that counts itself; without the type byte before and in the start-up message; and one bare byte in answer to a request for encryption.
/// </summary>
internal sealed class MessageReader(Socket socket)
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _start, _end;

    /// <summary>The next message as its whole bytes; empty at the end of the stream.</summary>
    /// <param name="hasType">Whether it begins with a type byte.</param>
    public async Task<byte[]> ReadAsync(bool hasType)
    {
        var header = hasType ? 5 : 4;
        if (!await FillAsync(header)) return [];
        var length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start + header - 4)) + (hasType ? 1 : 0);
        return await FillAsync(length) ? Take(length) : [];
    }

    /// <summary>The next byte without taking it; -1 at the end of the stream.</summary>
    public async Task<int> PeekAsync() => await FillAsync(1) ? _buffer[_start] : -1;

    /// <summary>One bare byte, which <see cref="PeekAsync"/> has seen.</summary>
    public byte[] TakeByte() => Take(1);

    private byte[] Take(int count)
    {
        var message = _buffer.AsSpan(_start, count).ToArray();
        _start += count;
        return message;
    }

    private async Task<bool> FillAsync(int count)
    {
        while (_end - _start < count)
        {
            if (_start + count > _buffer.Length || _start == _end)
            {
                var rest = _buffer.AsSpan(_start, _end - _start);
                var target = count > _buffer.Length ? new byte[Math.Max(count, _buffer.Length * 2)] : _buffer;
                rest.CopyTo(target);
                (_buffer, _start, _end) = (target, 0, rest.Length);
            }

            var read = await socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None);
            if (read == 0) return false;
            _end += read;
        }

        return true;
    }
}
