namespace Mued.PsDb.Schema;

/// <summary>Settings as a snapshot holds them, one text with commas, and the statements that change one such text into another.</summary>
internal static class SettingList
{
    private static readonly string[] WordsOfIndexes = ["REPLICA IDENTITY USING INDEX", "CLUSTER ON"];

    /// <summary>The statements for what differs; null where one of them is not known.</summary>
    /// <param name="expected">The settings that should be.</param>
    /// <param name="actual">The settings that are.</param>
    /// <param name="set">The statement that makes one as it should be; null where there is none.</param>
    /// <param name="reset">The statement that puts one back to the default; null where there is none.</param>
    public static IReadOnlyList<string>? Changes(string? expected, string? actual, Func<string, string?> set, Func<string, string?> reset)
    {
        var (wanted, found) = (Parts(expected), Parts(actual));
        var kinds = wanted.Select(KindOf).ToHashSet(StringComparer.Ordinal);
        List<string?> statements =
        [
            .. found.Where(part => !kinds.Contains(KindOf(part))).Select(reset),
            .. wanted
                .Except(found)
                .SelectMany(part => found.Where(other => IsList(other) && KindOf(other) == KindOf(part)).Select(reset).Append(set(part))),
        ];
        return statements.Contains(null) ? null : statements.OfType<string>().ToList();
    }

    /// <summary>The settings of a table that name one of its indexes, each with the name as in SQL, and go with it.</summary>
    public static IEnumerable<(string Setting, string Index)> OfIndexes(string? settings) =>
        from part in Parts(settings)
        from words in WordsOfIndexes
        where part.StartsWith(words, StringComparison.Ordinal)
        select (part, After(part, words));

    /// <summary>The settings of a column that ALTER COLUMN TYPE puts back to the default (PostgreSQL source, tablecmds.c).</summary>
    public static IEnumerable<string> OfType(string? settings) => Parts(settings).Where(part => KindOf(part) is "STORAGE" or "COMPRESSION");

    /// <summary>Whether settings hold one that begins with a word.</summary>
    public static bool Has(string? settings, string word) => Parts(settings).Any(part => KindOf(part) == word);

    /// <summary>Whether settings, or a list in parentheses, hold anything that others do not.</summary>
    public static bool HasMore(string settings, string? others)
    {
        return Single(settings).Except(Single(others)).Any();

        static IEnumerable<string> Single(string? text) =>
            Parts(text).SelectMany(part => IsList(part) ? Inside(part).Split(", ").Select(item => KindOf(part) + item) : [part]);
    }

    /// <summary>What follows a word, <c>CLUSTER ON x</c> -> x.</summary>
    public static string After(string part, string word) => part[word.Length..].TrimStart();

    /// <summary>The names of a list, <c>TOAST (a=1, b=2)</c> -> a, b.</summary>
    public static string Names(string part) => string.Join(", ", Inside(part).Split(", ").Select(item => item.Split('=')[0]));

    /// <summary>What stands in the parentheses.</summary>
    public static string Inside(string part) => part[(part.IndexOf('(', StringComparison.Ordinal) + 1)..^1];

    private static bool IsList(string part) => part.EndsWith(')');

    // CLUSTER ON x and CLUSTER ON y are the same setting with another value.
    private static string KindOf(string part) =>
        part.StartsWith("ALTER COLUMN ", StringComparison.Ordinal) ? string.Join(' ', part.Split(' ')[..3]) : part.Split(' ', '=')[0];

    private static List<string> Parts(string? text)
    {
        var parts = new List<string>();
        var (start, depth) = (0, 0);
        for (var i = 0; i < text?.Length; i++)
        {
            depth +=
                text[i] == '(' ? 1
                : text[i] == ')' ? -1
                : 0;
            if (depth == 0 && text[i] == ',')
            {
                parts.Add(text[start..i]);
                start = i + 2;
            }
        }

        if (text is not null)
            parts.Add(text[start..]);
        return parts;
    }
}
