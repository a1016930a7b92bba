namespace Mued.PsDb;

/// <summary>Counts lines on the way through a text; LF, CR and CRLF each end a line.</summary>
internal ref struct LineCounter(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _position;
    private int _line = 1;
    private int _lineStart;

    /// <summary>Line and column of an offset that is not before the last one asked for.</summary>
    public (int Line, int Column) Advance(int offset)
    {
        while (_position < offset)
        {
            var length = _text[_position..offset].IndexOfAny('\n', '\r');
            if (length < 0)
            {
                _position = offset;
                break;
            }
            var end = _position + length + 1;
            if (_text[end - 1] == '\r' && end < _text.Length && _text[end] == '\n')
            {
                // Between the two characters of a CRLF the line has not ended yet.
                if (end == offset)
                {
                    _position = end - 1;
                    break;
                }
                end++;
            }
            _position = _lineStart = end;
            _line++;
        }
        return (_line, offset - _lineStart + 1);
    }
}
