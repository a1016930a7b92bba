using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Mued.PsDb.Sql;

/// <summary>SHA-256 over characters as UTF-8, without a copy of the text.</summary>
internal sealed class ScriptChecksum : IDisposable
{
    private const int BufferSize = 4096;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Encoder encoder = Encoding.UTF8.GetEncoder();
    private readonly char[] characters = ArrayPool<char>.Shared.Rent(BufferSize);
    private readonly byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(BufferSize));
    private int count;

    /// <summary>The checksum of a whole text with LF line ends.</summary>
    public static string OfText(ReadOnlySpan<char> text)
    {
        using var checksum = new ScriptChecksum();
        checksum.AppendLines(text);
        return checksum.Finish();
    }

    /// <summary>Adds a token. NUL, which no script can hold, ends it, so that no two token streams look the same.</summary>
    public void AppendToken(ReadOnlySpan<char> token)
    {
        if (token.Length >= BufferSize - count)
        {
            Append(token);
            token = [];
            if (count == BufferSize)
                Flush(false);
        }
        token.CopyTo(characters.AsSpan(count));
        characters[count + token.Length] = '\0';
        count += token.Length + 1;
    }

    /// <summary>Adds a token that may hold line ends: how a checkout wrote them makes no difference.</summary>
    public void AppendLiteral(ReadOnlySpan<char> token)
    {
        AppendLines(token);
        AppendToken([]);
    }

    /// <summary>The checksum in lower-case hexadecimal.</summary>
    public string Finish()
    {
        Flush(true);
        return Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant();
    }

    public void Dispose()
    {
        hash.Dispose();
        ArrayPool<char>.Shared.Return(characters);
        ArrayPool<byte>.Shared.Return(bytes);
    }

    private void AppendLines(ReadOnlySpan<char> text)
    {
        for (int length; (length = text.IndexOf('\r')) >= 0; )
        {
            Append(text[..length]);
            Append("\n");
            text = text[(length + 1)..];
            if (text.StartsWith("\n"))
                text = text[1..];
        }
        Append(text);
    }

    private void Append(ReadOnlySpan<char> text)
    {
        while (text.Length > BufferSize - count)
        {
            var length = BufferSize - count;
            text[..length].CopyTo(characters.AsSpan(count));
            count += length;
            Flush(false);
            text = text[length..];
        }
        text.CopyTo(characters.AsSpan(count));
        count += text.Length;
    }

    private void Flush(bool last)
    {
        var length = encoder.GetBytes(characters.AsSpan(0, count), bytes, last);
        hash.AppendData(bytes, 0, length);
        count = 0;
    }
}
