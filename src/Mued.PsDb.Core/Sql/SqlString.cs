using System.Globalization;
using System.Text;

namespace Mued.PsDb.Sql;

/// <summary>String literals: the value of one, and one for a value.</summary>
internal static class SqlString
{
    /// <summary>A text as an SQL literal that every setting of standard_conforming_strings reads the same.</summary>
    public static string Literal(string text)
    {
        var doubled = text.Replace("'", "''", StringComparison.Ordinal);
        return text.Contains('\\', StringComparison.Ordinal)
            ? "E'" + doubled.Replace("\\", "\\\\", StringComparison.Ordinal) + '\''
            : '\'' + doubled + '\'';
    }

    /// <summary>The value of a string token; of a string continued on further lines, this part alone.</summary>
    public static string ValueOf(SqlToken token, ReadOnlySpan<char> text)
    {
        var literal = token.In(text);
        if (token.Kind == TokenKind.DollarString)
        {
            var delimiter = literal[1..].IndexOf('$') + 2;
            return literal[delimiter..^delimiter].ToString();
        }
        var body = literal[(literal.IndexOf('\'') + 1)..^1];
        return token.Kind switch
        {
            TokenKind.EscapeString => DecodeEscapes(body),
            TokenKind.UnicodeString => SqlIdentifier.DecodeUnicode(SqlIdentifier.Undouble(body, '\''), '\\'),
            _ => SqlIdentifier.Undouble(body, '\''),
        };
    }

    // Octal and hexadecimal escapes are bytes of the server's encoding, which is not known here: they stay as they are.
    private static string DecodeEscapes(ReadOnlySpan<char> body)
    {
        var decoded = new StringBuilder(body.Length);
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] != '\\')
            {
                decoded.Append(body[i]);
                if (body[i] == '\'')
                    i++;
                continue;
            }
            var digits = body[(i + 2)..];
            switch (body[++i])
            {
                case 'b':
                    decoded.Append('\b');
                    break;
                case 'f':
                    decoded.Append('\f');
                    break;
                case 'n':
                    decoded.Append('\n');
                    break;
                case 'r':
                    decoded.Append('\r');
                    break;
                case 't':
                    decoded.Append('\t');
                    break;
                case 'u' when TryHex(digits, 4, out var unit):
                    decoded.Append((char)unit);
                    i += 4;
                    break;
                case 'U' when TryHex(digits, 8, out var point) && Rune.IsValid(point):
                    decoded.Append(new Rune(point).ToString());
                    i += 8;
                    break;
                case 'x' or (>= '0' and <= '7'):
                    decoded.Append('\\').Append(body[i]);
                    break;
                default:
                    decoded.Append(body[i]);
                    break;
            }
        }
        return decoded.ToString();
    }

    private static bool TryHex(ReadOnlySpan<char> digits, int count, out int value)
    {
        value = 0;
        return digits.Length >= count
            && int.TryParse(digits[..count], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
