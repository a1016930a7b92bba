namespace Mued.PsDb.Files;

/// <summary>sql-migrate: <c>-- +migrate Up</c>, <c>-- +migrate Down</c>, each perhaps with <c>notransaction</c>.</summary>
internal sealed class SqlMigrateLayout : SectionLayout
{
    /// <inheritdoc/>
    public override MigrationLayout Name => MigrationLayout.SqlMigrate;

    /// <inheritdoc/>
    public override string UpMarker => "-- +migrate Up";

    /// <inheritdoc/>
    protected override string DownMarker => "-- +migrate Down";

    /// <inheritdoc/>
    protected override char Separator => '-';

    /// <inheritdoc/>
    protected override string Hint => "+migrate";

    /// <inheritdoc/>
    public override LineMeaning Read(ReadOnlySpan<char> line)
    {
        if (!TryComment(line, out var comment) || !comment.StartsWith(Hint, StringComparison.OrdinalIgnoreCase))
            return LineMeaning.Text;

        // The tool takes any other spelling for a comment, and then runs what follows in the direction before.
        if (!line.StartsWith("-- +migrate ", StringComparison.Ordinal))
            return LineMeaning.Unknown;
        var words = comment[Hint.Length..].ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var outside = words.Skip(1).Contains("notransaction");
        return words switch
        {
            ["Up", ..] => outside ? LineMeaning.UpOutside : LineMeaning.Up,
            ["Down", ..] => outside ? LineMeaning.DownOutside : LineMeaning.Down,
            ["StatementBegin" or "StatementEnd", ..] => LineMeaning.Other,
            _ => LineMeaning.Unknown,
        };
    }
}
