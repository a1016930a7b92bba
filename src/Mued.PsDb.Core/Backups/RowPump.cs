using System.Buffers;
using System.Threading.Channels;

namespace Mued.PsDb.Backups;

/// <summary>
/// Moves the rows of a COPY in text format between two streams. Reading and writing overlap, a few blocks apart, so that server,
/// compression and disk work at the same time and memory stays the same whatever the size.
/// </summary>
internal static class RowPump
{
    private const int BlockSize = 1 << 18;
    private const int BlocksBetween = 4;

    /// <summary>Copies to the end of the source, or as many rows as are wanted. Returns how many rows and bytes went through.</summary>
    /// <param name="source">Where the rows come from.</param>
    /// <param name="destination">Where they go.</param>
    /// <param name="advanced">Told the number of rows after each block.</param>
    /// <param name="cancellationToken">Ends both sides.</param>
    /// <param name="most">The most rows to copy.</param>
    public static async Task<(long Rows, long Bytes)> CopyAsync(
        Stream source,
        Stream destination,
        Action<long>? advanced,
        CancellationToken cancellationToken,
        long most = long.MaxValue
    )
    {
        var blocks = Channel.CreateBounded<(byte[] Buffer, int Length)>(
            new BoundedChannelOptions(BlocksBetween) { SingleReader = true, SingleWriter = true }
        );
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = Task.Run(() => WriteAsync(blocks.Reader, destination, either), CancellationToken.None);
        long rows = 0,
            bytes = 0;
        try
        {
            while (rows < most)
            {
                var buffer = ArrayPool<byte>.Shared.Rent(BlockSize);
                var length = await source
                    .ReadAtLeastAsync(buffer.AsMemory(0, BlockSize), BlockSize, throwOnEndOfStream: false, either.Token)
                    .ConfigureAwait(false);
                if (length == 0)
                    break;

                (var block, length) = Rows(buffer.AsSpan(0, length), most - rows);
                rows += block;
                bytes += length;
                await blocks.Writer.WriteAsync((buffer, length), either.Token).ConfigureAwait(false);
                advanced?.Invoke(rows);
            }

            blocks.Writer.Complete();
        }
        catch (Exception e)
        {
            blocks.Writer.TryComplete(e);
            await either.CancelAsync().ConfigureAwait(false);

            // The writer's failure is the cause when it came first; a writer that was only told to stop is not.
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                await writing.ConfigureAwait(false);
            await ((Task)writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await writing.ConfigureAwait(false);
        return (rows, bytes);
    }

    // In the text format a line feed ends a row and stands nowhere else (PostgreSQL manual, COPY, Text Format).
    private static (int Rows, int Length) Rows(ReadOnlySpan<byte> block, long most)
    {
        var rows = block.Count((byte)'\n');
        if (rows < most)
            return (rows, block.Length);
        for (; rows > most; rows--)
            block = block[..block.LastIndexOf((byte)'\n')];
        return (rows, block.LastIndexOf((byte)'\n') + 1);
    }

    private static async Task WriteAsync(
        ChannelReader<(byte[] Buffer, int Length)> blocks,
        Stream destination,
        CancellationTokenSource either
    )
    {
        try
        {
            await foreach (var (buffer, length) in blocks.ReadAllAsync(either.Token).ConfigureAwait(false))
            {
                await destination.WriteAsync(buffer.AsMemory(0, length), either.Token).ConfigureAwait(false);
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        catch
        {
            await either.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}
