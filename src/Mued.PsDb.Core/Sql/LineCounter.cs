namespace Mued.PsDb.Sql;

/// <summary>Counts lines on the way through a text; LF, CR and CRLF each end a line.</summary>
internal ref struct LineCounter(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> text = text;
    private int position;
    private int line = 1;
    private int lineStart;

    /// <summary>Line and column of an offset that is not before the last one asked for.</summary>
    public (int Line, int Column) Advance(int offset)
    {
        while (position < offset)
        {
            var length = text[position..offset].IndexOfAny('\n', '\r');
            if (length < 0)
            {
                position = offset;
                break;
            }
            var end = position + length + 1;
            if (text[end - 1] == '\r' && end < text.Length && text[end] == '\n')
            {
                // Between the two characters of a CRLF the line has not ended yet.
                if (end == offset)
                {
                    position = end - 1;
                    break;
                }
                end++;
            }
            position = lineStart = end;
            line++;
        }
        return (line, offset - lineStart + 1);
    }
}
