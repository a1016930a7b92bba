using Mued.PsDb.Foundation;

namespace Mued.PsDb.Files;

/// <summary>
/// The numeric version at the head of a file name: digits, in groups separated by dots (0006, 20260131093000, 1.2).
/// Compared number by number, so 6, 06 and 0006 are one version.
/// </summary>
internal readonly record struct MigrationVersion : IComparable<MigrationVersion>
{
    private readonly string[] groups;

    private MigrationVersion(string text, string[] groups)
    {
        Text = text;
        this.groups = groups;
    }

    /// <summary>The version as it was written.</summary>
    public string Text { get; }

    /// <summary>Reads a version that is the whole text.</summary>
    public static bool TryParse(string text, out MigrationVersion version)
    {
        var groups = text.Split('.');
        version = default;
        if (!Array.TrueForAll(groups, group => group.Length > 0 && group.All(char.IsAsciiDigit)))
            return false;
        version = new(text, Array.ConvertAll(groups, group => group.TrimStart('0')));
        return true;
    }

    /// <summary>Reads a version that a caller gave (a target, a baseline); anything else is a usage error.</summary>
    public static MigrationVersion Parse(string text, string parameter) =>
        TryParse(text, out var version) ? version : throw Texts.Usage("VersionMalformed", parameter, text);

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

    /// <summary>Two spellings of one number are equal.</summary>
    public bool Equals(MigrationVersion other) => CompareTo(other) == 0;

    /// <inheritdoc/>
    public override int GetHashCode() => string.Join('.', groups).TrimEnd('.').GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static string Group(string[] groups, int index) => index < groups.Length ? groups[index] : "";
}
