using System.Text;

namespace Mued.PsDb.Connections;

/// <summary>
/// Reads libpq's keyword/value strings, <c>host=… dbname=…</c> (PostgreSQL documentation, "Keyword/Value Connection Strings").
/// </summary>
internal static class ConnectionInfoString
{
    /// <summary>
    /// The parameters, or null when the text is not of this form: then it may be an Npgsql string, which has semicolons, spaces
    /// within keywords, and keywords of its own.
    /// </summary>
    public static ConnectionParameters? TryParse(string text, string source)
    {
        var pairs = ReadPairs(text);
        if (pairs is null || pairs.Count == 0 || pairs.Exists(pair => LibpqKeyword.Find(pair.Name) is null))
            return null;

        var parameters = new ConnectionParameters(source);
        foreach (var (name, value) in pairs)
            parameters.SetChecked(name, value);
        return parameters;
    }

    private static List<(string Name, string Value)>? ReadPairs(string text)
    {
        var pairs = new List<(string, string)>();
        var position = SkipSpace(text, 0);
        while (position < text.Length)
        {
            var equals = text.IndexOf('=', position);
            if (equals < 0)
                return null;
            var name = text[position..equals].TrimEnd();
            if (ReadValue(text, SkipSpace(text, equals + 1), out position) is not { } value)
                return null;
            pairs.Add((name, value));
            position = SkipSpace(text, position);
        }

        return pairs;
    }

    private static string? ReadValue(string text, int start, out int end)
    {
        var value = new StringBuilder();
        var quoted = start < text.Length && text[start] == '\'';
        var position = quoted ? start + 1 : start;
        for (; position < text.Length; position++)
        {
            var character = text[position];
            if (character == '\\' && position + 1 < text.Length)
            {
                value.Append(text[++position]);
                continue;
            }

            if (quoted ? character == '\'' : char.IsWhiteSpace(character))
                break;
            // An unquoted semicolon is the mark of an Npgsql string.
            if (!quoted && character == ';')
            {
                end = position;
                return null;
            }

            value.Append(character);
        }

        var closed = !quoted || position < text.Length;
        end = quoted ? position + 1 : position;
        return closed ? value.ToString() : null;
    }

    private static int SkipSpace(string text, int position)
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
            position++;
        return position;
    }
}
