using System.Security.Cryptography;
using System.Text;

namespace Mued.PsDb;

/// <summary>SHA-256 over characters as UTF-8, without a copy of the text.</summary>
internal sealed class ScriptChecksum : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Encoder _encoder = Encoding.UTF8.GetEncoder();
    private readonly char[] _characters = new char[4096];
    private readonly byte[] _bytes = new byte[3 * 4096 + 4];
    private int _count;

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
        Append(token);
        Append("\0");
    }

    /// <summary>Adds a token that may hold line ends: how a checkout wrote them makes no difference.</summary>
    public void AppendLiteral(ReadOnlySpan<char> token)
    {
        AppendLines(token);
        Append("\0");
    }

    /// <summary>The checksum in lower-case hexadecimal.</summary>
    public string Finish()
    {
        Flush(true);
        return Convert.ToHexString(_hash.GetHashAndReset()).ToLowerInvariant();
    }

    public void Dispose() => _hash.Dispose();

    private void AppendLines(ReadOnlySpan<char> text)
    {
        for (int length; (length = text.IndexOf('\r')) >= 0;)
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
        while (text.Length > _characters.Length - _count)
        {
            var length = _characters.Length - _count;
            text[..length].CopyTo(_characters.AsSpan(_count));
            _count += length;
            Flush(false);
            text = text[length..];
        }
        text.CopyTo(_characters.AsSpan(_count));
        _count += text.Length;
    }

    private void Flush(bool last)
    {
        var length = _encoder.GetBytes(_characters.AsSpan(0, _count), _bytes, last);
        _hash.AppendData(_bytes, 0, length);
        _count = 0;
    }
}
