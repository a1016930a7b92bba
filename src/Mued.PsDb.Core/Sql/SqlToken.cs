namespace Mued.PsDb.Sql;

/// <summary>A token as a place in the text.</summary>
internal readonly record struct SqlToken(TokenKind Kind, int Start, int Length)
{
    public int End => Start + Length;

    public bool IsString => Kind is >= TokenKind.String and <= TokenKind.DollarString;

    public ReadOnlySpan<char> In(ReadOnlySpan<char> text) => text.Slice(Start, Length);
}
