namespace Mued.PsDb.Files;

/// <summary>tern: <c>---- create above / drop below ----</c> ends what applies; <c>---- tern: disable-tx ----</c> anywhere.</summary>
internal sealed class TernLayout : SectionLayout
{
    /// <inheritdoc/>
    public override MigrationLayout Name => MigrationLayout.Tern;

    /// <inheritdoc/>
    public override string UpMarker => "---- create above / drop below ----";

    /// <inheritdoc/>
    public override bool BeginsUp => true;

    /// <inheritdoc/>
    protected override string DownMarker => UpMarker;

    /// <inheritdoc/>
    public override string FirstNumber => "001";

    /// <inheritdoc/>
    protected override string Hint => "----";

    /// <inheritdoc/>
    public override LineMeaning Read(ReadOnlySpan<char> line)
    {
        // tern cuts at these words wherever they stand.
        if (line.Contains(UpMarker, StringComparison.Ordinal) && !line.Trim().SequenceEqual(UpMarker))
            return LineMeaning.Unknown;
        if (!TryComment(line, out var comment))
            return LineMeaning.Text;
        var words = comment.TrimEnd('-').Trim();
        if (
            words.StartsWith("create above", StringComparison.OrdinalIgnoreCase)
            || words.EndsWith("drop below", StringComparison.OrdinalIgnoreCase)
        )
            return line.Trim().SequenceEqual(UpMarker) ? LineMeaning.Down : LineMeaning.Unknown;
        if (words.StartsWith("tern:", StringComparison.OrdinalIgnoreCase))
            return line.TrimEnd().SequenceEqual("---- tern: disable-tx ----") ? LineMeaning.Outside : LineMeaning.Unknown;
        return LineMeaning.Text;
    }
}
