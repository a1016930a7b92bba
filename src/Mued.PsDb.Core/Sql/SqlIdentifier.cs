using System.Globalization;
using System.Text;

namespace Mued.PsDb.Sql;

/// <summary>Names in SQL: quoting, and what PostgreSQL makes of a name as written.</summary>
internal static class SqlIdentifier
{
    // NAMEDATALEN - 1 (PostgreSQL documentation, 4.1.1): longer names are cut, with a notice.
    private const int MaximumBytes = 63;

    /// <summary>The name as a quoted identifier.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The name that a token stands for.</summary>
    public static string NameOf(TokenKind kind, ReadOnlySpan<char> token, char escape = '\\') =>
        Cut(
            kind switch
            {
                TokenKind.QuotedIdentifier => Undouble(token[1..^1], '"'),
                TokenKind.UnicodeIdentifier => DecodeUnicode(Undouble(token[3..^1], '"'), escape),
                _ => Fold(token),
            }
        );

    /// <summary>The text inside a quoted token, its doubled quotes made single.</summary>
    public static string Undouble(ReadOnlySpan<char> body, char quote)
    {
        var text = body.ToString();
        return body.Contains(quote) ? text.Replace(new string(quote, 2), quote.ToString(), StringComparison.Ordinal) : text;
    }

    /// <summary>Resolves the escapes of <c>U&amp;</c> literals; what is malformed stays as it is, for the server to reject.</summary>
    public static string DecodeUnicode(string text, char escape)
    {
        if (!text.Contains(escape, StringComparison.Ordinal))
            return text;
        var decoded = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var rest = text.AsSpan(i + 1);
            if (text[i] != escape)
                decoded.Append(text[i]);
            else if (rest.Length > 0 && rest[0] == escape)
                decoded.Append(text[i++]);
            else if (
                rest.Length >= 4
                && ushort.TryParse(rest[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            )
            {
                decoded.Append((char)unit);
                i += 4;
            }
            else if (
                rest.Length >= 7
                && rest[0] == '+'
                && int.TryParse(rest[1..7], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point)
                && Rune.IsValid(point)
            )
            {
                decoded.Append(new Rune(point).ToString());
                i += 7;
            }
            else
                decoded.Append(text[i]);
        }
        return decoded.ToString();
    }

    // Only ASCII letters are folded: in UTF-8 databases PostgreSQL leaves the others as they are.
    private static string Fold(ReadOnlySpan<char> word)
    {
        Span<char> folded = word.Length <= 256 ? stackalloc char[word.Length] : new char[word.Length];
        for (var i = 0; i < word.Length; i++)
            folded[i] = char.IsAsciiLetterUpper(word[i]) ? (char)(word[i] | 0x20) : word[i];
        return new(folded);
    }

    private static string Cut(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= MaximumBytes)
            return name;
        var bytes = 0;
        var length = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaximumBytes)
                break;
            length += rune.Utf16SequenceLength;
        }
        return name[..length];
    }
}
