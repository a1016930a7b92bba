using System.Globalization;

namespace Mued.PsDb.Files;

/// <summary>
/// The SQL migrations of node-pg-migrate: <c>-- Up Migration</c>, which may be left out, and <c>-- Down Migration</c>. Only the second tells
/// such a folder from another: the first may well be the heading of a file that knows no way back.
/// </summary>
internal sealed class NodePgMigrateLayout : SectionLayout
{
    /// <inheritdoc/>
    public override MigrationLayout Name => MigrationLayout.NodePgMigrate;

    /// <inheritdoc/>
    public override string UpMarker => "-- Up Migration";

    /// <inheritdoc/>
    public override bool BeginsUp => true;

    /// <inheritdoc/>
    protected override string DownMarker => "-- Down Migration";

    /// <inheritdoc/>
    public override string Time(DateTimeOffset now) => now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    protected override string Hint => "migration";

    /// <inheritdoc/>
    public override LineMeaning Read(ReadOnlySpan<char> line)
    {
        if (!line.TrimStart().StartsWith("--", StringComparison.Ordinal))
            return LineMeaning.Text;
        var words = line.TrimStart(" \t-");
        return Follows(words, "up") ? LineMeaning.Up
            : Follows(words, "down") ? LineMeaning.Down
            : LineMeaning.Text;
    }

    /// <inheritdoc/>
    protected override bool IsMark(LineMeaning meaning) => meaning == LineMeaning.Down;

    private static bool Follows(ReadOnlySpan<char> words, string way)
    {
        if (!words.StartsWith(way, StringComparison.OrdinalIgnoreCase))
            return false;
        var rest = words[way.Length..];
        return rest.Length > 0
            && char.IsWhiteSpace(rest[0])
            && rest.TrimStart().StartsWith("migration", StringComparison.OrdinalIgnoreCase);
    }
}
