using System.Text;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Files;

/// <summary>The placeholders <c>${name}</c> of a text.</summary>
internal static class Placeholders
{
    /// <summary>Fills them in, in strings and comments too.</summary>
    /// <exception cref="MuedException">One outside of a comment has no value.</exception>
    public static string Fill(string text, string file, IReadOnlyDictionary<string, string> variables)
    {
        var filled = new StringBuilder();
        var unfilled = new List<(int Offset, string Name)>();
        var end = 0;
        for (int start; (start = text.IndexOf("${", end, StringComparison.Ordinal)) >= 0; )
        {
            var close = text.IndexOf('}', start);
            if (close < 0)
                break;
            var name = text[(start + 2)..close];
            filled.Append(text, end, start - end);
            if (variables.TryGetValue(name, out var value))
                filled.Append(value);
            else
                unfilled.Add((start, name));
            if (value is null)
                filled.Append(text, start, close + 1 - start);
            end = close + 1;
        }

        Reject(unfilled, text, file);
        return end == 0 ? text : filled.Append(text, end, text.Length - end).ToString();
    }

    // A comment may tell of placeholders without having one.
    private static void Reject(List<(int Offset, string Name)> unfilled, string text, string file)
    {
        if (unfilled.Count == 0)
            return;
        var lexer = new SqlLexer(text);
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            var (start, end) = (token.Start, token.End);
            if (unfilled.FindIndex(item => item.Offset >= start && item.Offset < end) is not (>= 0 and var found))
                continue;
            var (line, column) = new LineCounter(text).Advance(unfilled[found].Offset);
            throw Texts.UsageAt("PlaceholderUnknown", file, line, column, unfilled[found].Name);
        }
    }
}
