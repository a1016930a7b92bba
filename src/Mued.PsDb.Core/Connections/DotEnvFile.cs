using System.Text;
using System.Text.RegularExpressions;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Connections;

/// <summary>
/// Reads .env files by the rules that their readers share: <c>NAME=value</c> lines, an optional <c>export</c>, comments, single
/// quotes for literal text, double quotes with backslash escapes, any line end, an optional byte order mark. References to other
/// variables are not expanded. Errors give file and line, never a value.
/// </summary>
internal static partial class DotEnvFile
{
    /// <summary>The value of a variable, the last one if it is set twice; null when it is not set.</summary>
    /// <exception cref="MuedException">A line is malformed, or the value refers to other variables.</exception>
    public static string? Read(string text, string file, string name)
    {
        string? found = null;
        var lines = text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            var number = index + 1;
            var line = lines[index].Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;

            var match = Assignment().Match(line);
            if (!match.Success)
                throw At("EnvFileMalformed", file, number);

            var wanted = match.Groups["name"].Value == name;
            var value = line[match.Length..];
            if (value.Length > 0 && value[0] is '\'' or '"' or '`')
            {
                var quoted = ReadQuoted(value);
                if (quoted is null && !wanted && ClosingLine(lines, index, value[0]) is { } closing)
                {
                    index = closing;
                    continue;
                }

                if (quoted is null)
                    throw At("EnvFileQuote", file, number);
                value = quoted;
            }
            else
            {
                var comment = TrailingComment().Match(value);
                value = (comment.Success ? value[..comment.Index] : value).TrimEnd();
            }

            if (!wanted)
                continue;
            if (!line.EndsWith('\'') && value.Contains("${", StringComparison.Ordinal))
                throw At("EnvFileReference", file, number);
            found = value;
        }

        return found;
    }

    private static MuedException At(string errorId, string file, int line) =>
        Texts.Error(errorId, ExitCode.Usage, new ErrorPlace(file, line), null, file, line);

    // Null when the quote does not close in this line, or something other than a comment follows it.
    private static string? ReadQuoted(string text)
    {
        var quote = text[0];
        var value = new StringBuilder();
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == quote)
            {
                var rest = text[(i + 1)..].TrimStart();
                return rest.Length == 0 || rest[0] == '#' ? value.ToString() : null;
            }

            if (quote == '"' && text[i] == '\\' && i + 1 < text.Length)
            {
                i++;
                value.Append(
                    text[i] switch
                    {
                        'n' => "\n",
                        'r' => "\r",
                        't' => "\t",
                        '"' or '\\' or '$' => text[i].ToString(),
                        _ => "\\" + text[i],
                    }
                );
            }
            else
                value.Append(text[i]);
        }

        return null;
    }

    // Other variables, such as private keys, may span lines; a quote that was forgotten may not swallow the next assignment.
    private static int? ClosingLine(string[] lines, int start, char quote)
    {
        for (var index = start + 1; index < lines.Length; index++)
        {
            if (FullAssignment().IsMatch(lines[index]))
                return null;
            if (lines[index].TrimEnd().EndsWith(quote))
                return index;
        }

        return null;
    }

    [GeneratedRegex(@"^(?:export\s+)?(?<name>[A-Za-z_][A-Za-z0-9_.\-]*)\s*=\s*", RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"^\s*(?:export\s+)?[A-Za-z_][A-Za-z0-9_.\-]*\s*=\s*(?:[^=\s""'`]|[""'`].)", RegexOptions.CultureInvariant)]
    private static partial Regex FullAssignment();

    [GeneratedRegex(@"(?:^|\s)#", RegexOptions.CultureInvariant)]
    private static partial Regex TrailingComment();
}
