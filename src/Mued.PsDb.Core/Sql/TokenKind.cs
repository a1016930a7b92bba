namespace Mued.PsDb.Sql;

/// <summary>What a token of a SQL script is (PostgreSQL documentation, "Lexical Structure").</summary>
internal enum TokenKind : byte
{
    /// <summary>The end of the text.</summary>
    End,

    /// <summary>A key word or an unquoted identifier.</summary>
    Word,

    /// <summary><c>"…"</c></summary>
    QuotedIdentifier,

    /// <summary><c>U&amp;"…"</c></summary>
    UnicodeIdentifier,

    /// <summary><c>'…'</c> or <c>N'…'</c></summary>
    String,

    /// <summary><c>E'…'</c></summary>
    EscapeString,

    /// <summary><c>U&amp;'…'</c></summary>
    UnicodeString,

    /// <summary><c>B'…'</c> or <c>X'…'</c></summary>
    BitString,

    /// <summary>A further <c>'…'</c> after a line end: it belongs to the string before it and has its escape rules.</summary>
    StringContinuation,

    /// <summary><c>$tag$…$tag$</c></summary>
    DollarString,

    /// <summary>A number.</summary>
    Number,

    /// <summary><c>$1</c></summary>
    Parameter,

    /// <summary>An operator, its end found by PostgreSQL's rules.</summary>
    Operator,

    /// <summary>A comma, dot, colon or bracket, or a character that PostgreSQL's grammar does not know.</summary>
    Symbol,

    /// <summary><c>(</c></summary>
    LeftParenthesis,

    /// <summary><c>)</c></summary>
    RightParenthesis,

    /// <summary><c>;</c></summary>
    Semicolon,

    /// <summary>A backslash outside literals: a command of psql.</summary>
    Backslash,

    /// <summary>A line comment that begins with <c>mued:</c>.</summary>
    Directive,

    /// <summary>A string without its end.</summary>
    UnterminatedString,

    /// <summary>A quoted identifier without its end.</summary>
    UnterminatedIdentifier,

    /// <summary>A dollar quote without its end.</summary>
    UnterminatedDollarQuote,

    /// <summary>A block comment without its end.</summary>
    UnterminatedComment,
}
