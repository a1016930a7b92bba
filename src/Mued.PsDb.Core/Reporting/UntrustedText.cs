using System.Globalization;
using System.Text;

namespace Mued.PsDb.Reporting;

/// <summary>Text that comes from a database, a file name or a user, made harmless for a terminal or a build log.</summary>
internal static class UntrustedText
{
    /// <summary>
    /// The text on one line. Control and direction characters are shown as \uXXXX, so they neither drive a terminal nor reorder a line.
    /// "##" is taken apart: the Azure Pipelines agent looks for "##vso[" anywhere in a line, and does so by the rules of a culture,
    /// in which a soft hyphen or a zero-width space in between does not count. A space does.
    /// </summary>
    public static string OneLine(string? text) => Clean(text, breakLines: false);

    /// <summary>The lines of the text, each as <see cref="OneLine"/> gives it.</summary>
    public static IEnumerable<string> Lines(string? text) => Clean(text, breakLines: true).TrimEnd('\n').Split('\n');

    /// <summary>The text with its control and direction characters shown as \uXXXX; line feeds and tabs stay.</summary>
    public static string Visible(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
            AppendVisible(result, text, ref i);
        return result.ToString();
    }

    private static string Clean(string? text, bool breakLines)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\r' when i + 1 < text.Length && text[i + 1] == '\n':
                    break;
                case '\r' or '\n':
                    result.Append(breakLines ? '\n' : ' ');
                    break;
                case '\t':
                    result.Append(' ');
                    break;
                case '#' when i + 1 < text.Length && text[i + 1] is '#' or (< ' ' or > '~') and not ('\r' or '\n'):
                    result.Append("# ");
                    break;
                default:
                    AppendVisible(result, text, ref i);
                    break;
            }
        }

        return result.ToString();
    }

    private static void AppendVisible(StringBuilder result, string text, ref int i)
    {
        var c = text[i];
        if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            result.Append(c).Append(text[++i]);
        else if (c is '\n' or '\t' || !IsHidden(c))
            result.Append(c);
        else
            result.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
    }

    // Cc, Cf (which holds the bidirectional controls), lone surrogates, the two Unicode line ends and the non-characters of XML 1.0.
    private static bool IsHidden(char c) =>
        c is >= '\uFFFE' or '\u2028' or '\u2029'
        || char.IsControl(c)
        || char.IsSurrogate(c)
        || (c > '\u007F' && CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.Format);
}
