namespace Mued.PsDb.Files;

/// <summary>goose: <c>-- +goose Up</c>, <c>-- +goose Down</c>, <c>-- +goose NO TRANSACTION</c> anywhere in the file.</summary>
internal sealed class GooseLayout : SectionLayout
{
    /// <inheritdoc/>
    public override MigrationLayout Name => MigrationLayout.Goose;

    /// <inheritdoc/>
    public override string UpMarker => "-- +goose Up";

    /// <inheritdoc/>
    protected override string DownMarker => "-- +goose Down";

    /// <inheritdoc/>
    public override string FirstNumber => "00001";

    /// <inheritdoc/>
    protected override string Hint => "+goose";

    /// <inheritdoc/>
    public override LineMeaning Read(ReadOnlySpan<char> line)
    {
        if (!TryComment(line, out var comment) || !comment.StartsWith(Hint, StringComparison.OrdinalIgnoreCase))
            return LineMeaning.Text;
        var command = comment[Hint.Length..].Trim();
        return line[0] != '-' ? LineMeaning.Unknown
            : Is(command, "Up") ? LineMeaning.Up
            : Is(command, "Down") ? LineMeaning.Down
            : Is(command, "NO TRANSACTION") ? LineMeaning.Outside
            : Is(command, "StatementBegin") || Is(command, "StatementEnd") || Is(command, "ENVSUB OFF") ? LineMeaning.Other
            : LineMeaning.Unknown;
    }

    private static bool Is(ReadOnlySpan<char> command, string name) => command.Equals(name, StringComparison.OrdinalIgnoreCase);
}
