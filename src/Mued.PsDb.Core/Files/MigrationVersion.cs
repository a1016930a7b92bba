using System.Buffers;
using System.Text.RegularExpressions;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Files;

/// <summary>
/// The version at the head of a file name: a number (0006), numbers separated by dots (1.2), or a date or time in any of its usual
/// spellings (20260131093000, 2026-01-31-093000, 20260131_093000, 2026-01-31). Numbers are compared as numbers, so 6, 06 and 0006 are one
/// version, and times as times.
/// </summary>
internal readonly partial record struct MigrationVersion : IComparable<MigrationVersion>
{
    // yyyyMMddHHmmssfff
    private const int FullTime = 17;
    private const int Day = 8;
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    private readonly string[] groups;

    // How many digits a time was written with; 0 for what is no time, less for what is no version.
    private readonly int precision;

    private MigrationVersion(string text, string[] groups, int precision)
    {
        Text = text;
        this.groups = groups;
        this.precision = precision;
    }

    /// <summary>That of what has none: it runs again whenever it changes.</summary>
    public static MigrationVersion None { get; } = new("", [new string('9', 64)], -1);

    /// <summary>Whether it is <see cref="None"/>.</summary>
    public bool IsNone => precision < 0;

    /// <summary>Whether it is a day or a time, by its spelling.</summary>
    public bool IsTime => precision > 0;

    /// <summary>The version as it was written.</summary>
    public string Text { get; }

    /// <summary>Reads a version that is the whole text.</summary>
    public static bool TryParse(string text, out MigrationVersion version)
    {
        var groups = text.Split('.');
        var digits =
            TimePattern().Match(groups[0]) is { Success: true } time && time.Length == groups[0].Length
                ? string.Concat(groups[0].Where(char.IsAsciiDigit))
                : "";
        version = default;
        if (!Array.TrueForAll(groups[(digits.Length > 0 ? 1 : 0)..], group => group.Length > 0 && group.All(char.IsAsciiDigit)))
            return false;
        var numbers = Array.ConvertAll(groups, group => group.TrimStart('0'));
        if (digits.Length > 0)
            numbers[0] = digits.PadRight(FullTime, '0');
        version = new(text, numbers, digits.Length);
        return true;
    }

    /// <summary>Reads the version at the head of a name, which ends where the name does, or at <c>_</c>, <c>-</c> or a space.</summary>
    /// <returns>Null when the name begins with none.</returns>
    public static MigrationVersion? OfName(string name)
    {
        var head = TimePattern().Match(name) is { Success: true } time ? time.Length : name.AsSpan().IndexOfAnyExcept(NumberCharacters);
        if (head < 0)
            head = name.Length;
        return (head == name.Length || name[head] is '_' or '-' or ' ') && TryParse(name[..head], out var version) ? version : null;
    }

    /// <summary>Reads a version that a caller gave (a target, a baseline); anything else is a usage error.</summary>
    public static MigrationVersion Parse(string text, string parameter) =>
        TryParse(text, out var version) ? version : throw Texts.Usage("VersionMalformed", parameter, text);

    /// <summary>
    /// Whether nobody can say which of the two is earlier: a day and a time of that day; or a time and a number that may be one, counted
    /// in seconds or milliseconds since 1970 or written with dots.
    /// </summary>
    public bool HasNoOrderWith(MigrationVersion other)
    {
        if (IsNone || other.IsNone)
            return false;
        if (precision == 0 || other.precision == 0)
            return (precision > 0 && other.MayBeTime) || (other.precision > 0 && MayBeTime);
        if (precision == other.precision)
            return false;

        // Ten digits are a day and a count as often as an hour.
        var shared = Math.Min(precision, other.precision) is var less and not 10 ? less : Day;
        return string.CompareOrdinal(groups[0], 0, other.groups[0], 0, shared) == 0;
    }

    /// <inheritdoc/>
    public int CompareTo(MigrationVersion other)
    {
        for (var i = 0; i < Math.Max(groups.Length, other.groups.Length); i++)
        {
            var (mine, theirs) = (Group(groups, i), Group(other.groups, i));
            var order = mine.Length != theirs.Length ? mine.Length.CompareTo(theirs.Length) : string.CompareOrdinal(mine, theirs);
            if (order != 0)
                return order;
        }

        return 0;
    }

    /// <summary>Two spellings of one number, or of one time, are equal.</summary>
    public bool Equals(MigrationVersion other) => CompareTo(other) == 0;

    /// <inheritdoc/>
    public override int GetHashCode() => string.Join('.', groups).TrimEnd('.').GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private bool MayBeTime =>
        groups is [{ Length: 10 or 13 } count] ? count[0] == '1' : groups is [{ Length: 4 } year, _, ..] && year[0] is '1' or '2';

    private static string Group(string[] groups, int index) => index < groups.Length ? groups[index] : "";

    [GeneratedRegex(
        """
            ^(?:19|20)\d\d
            (?:
                (?<dash>[-_]) (?:0[1-9]|1[0-2]) \k<dash> (?:0[1-9]|[12]\d|3[01])
                (?: [-_T] (?:[01]\d|2[0-3]) [-:]? [0-5]\d [-:]? [0-5]\d )?
            |
                (?:0[1-9]|1[0-2]) (?:0[1-9]|[12]\d|3[01])
                (?: [-_T]? (?:[01]\d|2[0-3]) [0-5]\d [0-5]\d (?:\d\d\d)? | (?:[01]\d|2[0-3]) [0-5]\d | \d\d )?
            )
            (?= $ | [_\-\ ] )
            """,
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture
    )]
    private static partial Regex TimePattern();
}
