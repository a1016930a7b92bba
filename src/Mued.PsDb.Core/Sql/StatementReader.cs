using Mued.PsDb.Foundation;

namespace Mued.PsDb.Sql;

/// <summary>Reads a statement token by token, the way a grammar is written: what is expected next is accepted or not.</summary>
internal ref struct StatementReader
{
    private readonly ReadOnlySpan<char> text;
    private SqlLexer lexer;

    public StatementReader(ReadOnlySpan<char> text)
    {
        this.text = text;
        lexer = new(text);
        Skip();
    }

    /// <summary>Reads <c>name</c> or <c>schema.name</c> by SQL's rules: unquoted parts are folded to lower case.</summary>
    /// <exception cref="MuedException">The text is not such a name.</exception>
    public static (string? Schema, string Name) ParseName(string text)
    {
        var reader = new StatementReader(text);
        if (!reader.TryIdentifier(out var name))
            throw Texts.Usage("InvalidName", text);
        string? schema = null;
        if (reader.AcceptSymbol("."))
        {
            schema = name;
            if (!reader.TryIdentifier(out name))
                throw Texts.Usage("InvalidName", text);
        }
        return reader.AtEnd && schema != "" && name != "" ? (schema, name) : throw Texts.Usage("InvalidName", text);
    }

    /// <summary>The token to be read next.</summary>
    public SqlToken Current { get; private set; }

    public readonly bool AtEnd => Current.Kind == TokenKind.End;

    public readonly bool Is(string word) =>
        Current.Kind == TokenKind.Word && Current.In(text).Equals(word, StringComparison.OrdinalIgnoreCase);

    public void Skip()
    {
        // A comment that tells us something is no part of the statement.
        do Current = lexer.Next();
        while (Current.Kind == TokenKind.Directive);
    }

    public bool Accept(string word)
    {
        var found = Is(word);
        if (found)
            Skip();
        return found;
    }

    public bool Accept(string first, string second) => Accept(first) && Accept(second);

    public bool Accept(TokenKind kind)
    {
        var found = Current.Kind == kind;
        if (found)
            Skip();
        return found;
    }

    public bool AcceptSymbol(string symbol)
    {
        var found = IsSymbol(symbol);
        if (found)
            Skip();
        return found;
    }

    /// <summary>Passes over a parenthesis and all that it holds, if one is next.</summary>
    public void SkipParentheses()
    {
        if (Current.Kind != TokenKind.LeftParenthesis)
            return;
        var depth = 0;
        do
        {
            depth += Current.Kind switch
            {
                TokenKind.LeftParenthesis => 1,
                TokenKind.RightParenthesis => -1,
                _ => 0,
            };
            Skip();
        } while (depth > 0 && !AtEnd);
    }

    /// <summary>
    /// The value of a Boolean option in the parenthesised list that is next: <c>name</c>, <c>name value</c> or <c>name = value</c>.
    /// Null when the list does not have the option.
    /// </summary>
    public readonly bool? Option(string name)
    {
        var reader = this;
        bool? value = null;
        reader.Skip();
        while (!reader.AtEnd && reader.Current.Kind != TokenKind.RightParenthesis)
        {
            if (reader.Accept(name))
            {
                reader.Accept(TokenKind.Operator);
                var word = reader.TryString(out var quoted) ? quoted : reader.Current.In(text);
                value = !(
                    word.Equals("false", StringComparison.OrdinalIgnoreCase)
                    || word.Equals("off", StringComparison.OrdinalIgnoreCase)
                    || word is "0"
                );
            }
            while (!reader.AtEnd && reader.Current.Kind != TokenKind.RightParenthesis && !reader.AcceptSymbol(","))
            {
                if (reader.Current.Kind == TokenKind.LeftParenthesis)
                    reader.SkipParentheses();
                else
                    reader.Skip();
            }
        }
        return value;
    }

    /// <summary>Reads a name with or without its schema; of a name with more parts, the last two.</summary>
    public bool TryName(out (string? Schema, string Name) name)
    {
        name = (null, "");
        if (!TryIdentifier(out var part))
            return false;
        name = (null, part);
        while (AcceptSymbol("."))
        {
            if (!TryIdentifier(out part))
                return false;
            name = (name.Name, part);
        }
        return true;
    }

    /// <summary>Reads a string and resolves its escapes.</summary>
    public bool TryString(out string value)
    {
        value = "";
        if (!Current.IsString)
            return false;
        value = SqlString.ValueOf(Current, text);
        Skip();
        return true;
    }

    private readonly bool IsSymbol(string symbol) => Current.Kind == TokenKind.Symbol && Current.In(text).SequenceEqual(symbol);

    /// <summary>Reads one part of a name.</summary>
    public bool TryIdentifier(out string name)
    {
        name = "";
        var token = Current;
        if (token.Kind is not (TokenKind.Word or TokenKind.QuotedIdentifier or TokenKind.UnicodeIdentifier))
            return false;
        Skip();
        var escape = '\\';
        if (token.Kind == TokenKind.UnicodeIdentifier && Accept("UESCAPE") && Current.Kind == TokenKind.String && Current.Length == 3)
        {
            escape = text[Current.Start + 1];
            Skip();
        }
        name = SqlIdentifier.NameOf(token.Kind, token.In(text), escape);
        return true;
    }
}
