namespace Mued.PsDb.Files;

/// <summary>The lines of a text; LF, CR and CRLF each end one, as PostgreSQL ends a comment at each of them.</summary>
internal ref struct TextLines(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> text = text;
    private int next;

    /// <summary>The line that was reached.</summary>
    public Line Current { get; private set; }

    /// <summary>For foreach.</summary>
    public readonly TextLines GetEnumerator() => this;

    /// <summary>Goes to the next line.</summary>
    public bool MoveNext()
    {
        if (next >= text.Length)
            return false;
        var start = next;
        var length = text[start..].IndexOfAny('\n', '\r');
        var end = length < 0 ? text.Length : start + length;
        next = end < text.Length && text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? end + 2 : end + 1;
        Current = new(Current.Number + 1, start, text[start..end]);
        return true;
    }

    /// <summary>One line.</summary>
    /// <param name="number">From 1.</param>
    /// <param name="start">Where it begins in the text.</param>
    /// <param name="text">What it holds, without its end.</param>
    internal readonly ref struct Line(int number, int start, ReadOnlySpan<char> text)
    {
        public int Number { get; } = number;

        public int Start { get; } = start;

        public ReadOnlySpan<char> Text { get; } = text;
    }
}
