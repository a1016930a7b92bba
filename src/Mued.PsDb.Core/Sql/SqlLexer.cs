namespace Mued.PsDb.Sql;

/// <summary>
/// Cuts a text into the tokens that PostgreSQL's scanner would find, with standard_conforming_strings on. It allocates nothing,
/// never throws and takes time linear in the text; what is not terminated is a token of its own kind that runs to the end.
/// </summary>
internal ref struct SqlLexer(ReadOnlySpan<char> text, int start = 0)
{
    private readonly ReadOnlySpan<char> text = text;
    private int position = start;

    // The kind of the string just read while a continuation may still follow, else End.
    private TokenKind continuable;

    // Up to here, plus and minus signs were cut off the operator before them: each is a token of its own.
    private int signsEnd;

    private enum CharClass : byte
    {
        Other,
        Space,
        Operator,
        Quote,
        DoubleQuote,
        Dot,
        Colon,
        Semicolon,
        LeftParenthesis,
        RightParenthesis,
        Backslash,
        Dollar,
        Letter,
        Digit,
    }

    // Index: an ASCII character; everything above belongs to identifiers.
    private static ReadOnlySpan<byte> Classes =>
        [
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            1,
            1,
            1,
            1,
            1,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            1,
            2,
            4,
            2,
            11,
            2,
            2,
            3,
            8,
            9,
            2,
            2,
            0,
            2,
            5,
            2,
            13,
            13,
            13,
            13,
            13,
            13,
            13,
            13,
            13,
            13,
            6,
            7,
            2,
            2,
            2,
            2,
            2,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            0,
            10,
            0,
            2,
            12,
            2,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            12,
            0,
            2,
            0,
            2,
            0,
        ];

    /// <summary>The next token; white space and comments are passed over.</summary>
    public SqlToken Next()
    {
        if (continuable != TokenKind.End)
        {
            if (TryContinue(out var continuation))
                return continuation;
            continuable = TokenKind.End;
        }

        var text = this.text;
        var position = this.position;
        while ((uint)position < (uint)text.Length)
        {
            var start = position;
            switch (ClassOf(text[position]))
            {
                case CharClass.Space:
                    do position++;
                    while ((uint)position < (uint)text.Length && text[position] == ' ');
                    continue;
                case CharClass.Letter:
                    return WordOrPrefixedLiteral(start);
                case CharClass.Digit:
                    return Token(TokenKind.Number, start, EndOfNumber(start));
                case CharClass.Operator:
                    var next = CharAt(position + 1);
                    if (text[position] == '-' && next == '-')
                    {
                        position = EndOfLine(position + 2);
                        if (IsDirective(text[(start + 2)..position]))
                            return Token(TokenKind.Directive, start, position);
                        continue;
                    }
                    if (text[position] == '/' && next == '*')
                    {
                        position = EndOfBlockComment(position + 2);
                        if (position < 0)
                            return Token(TokenKind.UnterminatedComment, start, text.Length);
                        continue;
                    }
                    return Token(TokenKind.Operator, start, EndOfOperator(start));
                case CharClass.Quote:
                    return StringToken(TokenKind.String, start, start + 1);
                case CharClass.DoubleQuote:
                    return IdentifierToken(TokenKind.QuotedIdentifier, start, start + 1);
                case CharClass.Dollar:
                    return DollarToken(start);
                case CharClass.Dot:
                    return char.IsAsciiDigit(CharAt(start + 1))
                        ? Token(TokenKind.Number, start, EndOfNumber(start))
                        : Token(TokenKind.Symbol, start, CharAt(start + 1) == '.' ? start + 2 : start + 1);
                case CharClass.Colon:
                    return Token(TokenKind.Symbol, start, CharAt(start + 1) is ':' or '=' ? start + 2 : start + 1);
                case CharClass.Semicolon:
                    return Token(TokenKind.Semicolon, start, start + 1);
                case CharClass.LeftParenthesis:
                    return Token(TokenKind.LeftParenthesis, start, start + 1);
                case CharClass.RightParenthesis:
                    return Token(TokenKind.RightParenthesis, start, start + 1);
                case CharClass.Backslash:
                    return Token(TokenKind.Backslash, start, start + 1);
                default:
                    return Token(TokenKind.Symbol, start, start + 1);
            }
        }
        return Token(TokenKind.End, text.Length, text.Length);
    }

    /// <summary>Whether a line comment, given without its dashes, is meant for this program.</summary>
    private static bool IsDirective(ReadOnlySpan<char> comment) =>
        comment.TrimStart(" \t").StartsWith("mued:", StringComparison.OrdinalIgnoreCase);

    private static CharClass ClassOf(char c) => c < 128 ? (CharClass)Classes[c] : CharClass.Letter;

    private static bool IsTagPart(char c) => ClassOf(c) is CharClass.Letter or CharClass.Digit;

    // The classes that words are made of are the last ones, so that one comparison finds the end of a word.
    private static bool IsWordPart(char c) => ClassOf(c) >= CharClass.Dollar;

    private readonly char CharAt(int position) => (uint)position < (uint)text.Length ? text[position] : '\0';

    private SqlToken Token(TokenKind kind, int start, int end)
    {
        position = end;
        return new(kind, start, end - start);
    }

    private SqlToken WordOrPrefixedLiteral(int start)
    {
        var text = this.text;
        var end = start + 1;
        while ((uint)end < (uint)text.Length && IsWordPart(text[end]))
            end++;
        if (end == start + 1)
        {
            switch (text[start] | 0x20)
            {
                case 'e' when CharAt(end) == '\'':
                    return StringToken(TokenKind.EscapeString, start, end + 1);
                case 'b' or 'x' when CharAt(end) == '\'':
                    return StringToken(TokenKind.BitString, start, end + 1);
                case 'n' when CharAt(end) == '\'':
                    return StringToken(TokenKind.String, start, end + 1);
                case 'u' when CharAt(end) == '&' && CharAt(end + 1) == '\'':
                    return StringToken(TokenKind.UnicodeString, start, end + 2);
                case 'u' when CharAt(end) == '&' && CharAt(end + 1) == '"':
                    return IdentifierToken(TokenKind.UnicodeIdentifier, start, end + 2);
            }
        }
        return Token(TokenKind.Word, start, end);
    }

    private SqlToken StringToken(TokenKind kind, int start, int body)
    {
        var end = kind == TokenKind.EscapeString ? EndOfEscapeString(body) : EndOfQuoted(body, '\'');
        if (end < 0)
            return Token(TokenKind.UnterminatedString, start, text.Length);
        continuable = kind;
        return Token(kind, start, end);
    }

    private SqlToken IdentifierToken(TokenKind kind, int start, int body)
    {
        var end = EndOfQuoted(body, '"');
        return end < 0 ? Token(TokenKind.UnterminatedIdentifier, start, text.Length) : Token(kind, start, end);
    }

    // Strings separated by white space and line comments with at least one line end are one string (SQL standard; PostgreSQL 4.1.2.1).
    private bool TryContinue(out SqlToken token)
    {
        var text = this.text;
        var position = this.position;
        var lineEnd = false;
        while ((uint)position < (uint)text.Length)
        {
            var c = text[position];
            if (c == '\'' && lineEnd)
            {
                token = StringToken(continuable, position, position + 1);
                if (token.Kind != TokenKind.UnterminatedString)
                    token = token with { Kind = TokenKind.StringContinuation };
                return true;
            }
            if (c == '-' && CharAt(position + 1) == '-')
                position = EndOfLine(position + 2);
            else if (ClassOf(c) == CharClass.Space)
            {
                lineEnd |= c is '\n' or '\r';
                position++;
            }
            else
                break;
        }
        token = default;
        return false;
    }

    private readonly int EndOfQuoted(int position, char quote)
    {
        while (true)
        {
            var length = text[position..].IndexOf(quote);
            if (length < 0)
                return -1;
            position += length + 1;
            if (CharAt(position) != quote)
                return position;
            position++;
        }
    }

    private readonly int EndOfEscapeString(int position)
    {
        while (true)
        {
            var length = text[position..].IndexOfAny('\'', '\\');
            if (length < 0)
                return -1;
            position += length;
            if (text[position] == '\\' || CharAt(position + 1) == '\'')
            {
                position += 2;
                if (position > text.Length)
                    return -1;
            }
            else
                return position + 1;
        }
    }

    private SqlToken DollarToken(int start)
    {
        var text = this.text;
        var next = CharAt(start + 1);
        var end = start + 1;
        if (char.IsAsciiDigit(next))
        {
            while (char.IsAsciiDigit(CharAt(end)))
                end++;
            return Token(TokenKind.Parameter, start, EndOfWord(end));
        }
        while (end < text.Length && IsTagPart(text[end]))
            end++;
        if (CharAt(end) != '$')
            return Token(TokenKind.Symbol, start, start + 1);
        end++;
        var delimiter = text[start..end];
        var length = text[end..].IndexOf(delimiter);
        return length < 0
            ? Token(TokenKind.UnterminatedDollarQuote, start, text.Length)
            : Token(TokenKind.DollarString, start, end + length + delimiter.Length);
    }

    private readonly int EndOfLine(int position)
    {
        var length = text[position..].IndexOfAny('\n', '\r');
        return length < 0 ? text.Length : position + length;
    }

    private readonly int EndOfBlockComment(int position)
    {
        for (var depth = 1; ; )
        {
            var length = text[position..].IndexOfAny('*', '/');
            if (length < 0)
                return -1;
            position += length;
            var next = CharAt(position + 1);
            if (text[position] == '*' && next == '/')
            {
                position += 2;
                if (--depth == 0)
                    return position;
            }
            else if (text[position] == '/' && next == '*')
            {
                position += 2;
                depth++;
            }
            else
                position++;
        }
    }

    // An operator ends where a comment begins, and before a trailing + or - unless it has a character that SQL's own operators
    // do not have (PostgreSQL documentation, 4.1.3).
    private int EndOfOperator(int start)
    {
        var end = start + 1;
        if (start < signsEnd)
            return end;
        var foreign = "~!@#^&|`?%".Contains(text[start]);
        while (
            ClassOf(CharAt(end)) == CharClass.Operator
            && !(CharAt(end) == '-' && CharAt(end + 1) == '-')
            && !(CharAt(end) == '/' && CharAt(end + 1) == '*')
        )
        {
            foreign |= "~!@#^&|`?%".Contains(text[end]);
            end++;
        }
        if (!foreign)
        {
            signsEnd = end;
            while (end > start + 1 && text[end - 1] is '+' or '-')
                end--;
        }
        return end;
    }

    private readonly int EndOfNumber(int start)
    {
        var longest = start;
        var end = EndOfDigits(start, ref longest);
        if (CharAt(end) == '.' && CharAt(end + 1) != '.')
            end = EndOfDigits(end + 1, ref longest);
        if ((CharAt(end) | 0x20) == 'e')
        {
            var signed = CharAt(end + 1) is '+' or '-';
            var exponent = signed ? end + 2 : end + 1;
            if (signed || char.IsAsciiDigit(CharAt(exponent)))
                end = EndOfDigits(exponent, ref longest);
        }
        return Math.Max(end, longest);
    }

    // Letters right after digits are part of the token: they are a hexadecimal number, an exponent, or what the server rejects as junk.
    private readonly int EndOfDigits(int position, ref int longest)
    {
        while (char.IsAsciiDigit(CharAt(position)))
            position++;
        longest = Math.Max(longest, EndOfWord(position));
        while (char.IsAsciiDigit(CharAt(position)) || CharAt(position) == '_')
            position++;
        return position;
    }

    private readonly int EndOfWord(int position)
    {
        if (ClassOf(CharAt(position)) != CharClass.Letter)
            return position;
        do position++;
        while (position < text.Length && IsWordPart(text[position]));
        return position;
    }
}
