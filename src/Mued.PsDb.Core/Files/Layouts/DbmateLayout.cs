namespace Mued.PsDb.Files;

/// <summary>dbmate: <c>-- migrate:up</c>, <c>-- migrate:down</c>, each perhaps with <c>transaction:false</c>.</summary>
internal sealed class DbmateLayout : SectionLayout
{
    /// <inheritdoc/>
    public override MigrationLayout Name => MigrationLayout.Dbmate;

    /// <inheritdoc/>
    public override string UpMarker => "-- migrate:up";

    /// <inheritdoc/>
    protected override string DownMarker => "-- migrate:down";

    /// <inheritdoc/>
    protected override string Hint => "migrate:";

    /// <inheritdoc/>
    public override LineMeaning Read(ReadOnlySpan<char> line)
    {
        if (!TryComment(line, out var comment) || !comment.StartsWith(Hint, StringComparison.OrdinalIgnoreCase))
            return LineMeaning.Text;
        if (line[0] != '-')
            return LineMeaning.Unknown;
        var words = comment[Hint.Length..].ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var outside = words.Skip(1).Contains("transaction:false");
        return words switch
        {
            ["up", ..] => outside ? LineMeaning.UpOutside : LineMeaning.Up,
            ["down", ..] => outside ? LineMeaning.DownOutside : LineMeaning.Down,
            _ => LineMeaning.Unknown,
        };
    }
}
