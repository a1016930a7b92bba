using System.Text;

namespace Mued.PsDb;

/// <summary>
/// Cuts a script into statements in one pass over its tokens, and finds out what they need. A semicolon ends a statement outside
/// parentheses (CREATE RULE has statements in them) and outside the BEGIN ATOMIC bodies of SQL routines.
/// </summary>
internal ref struct ScriptParser
{
    private const string NoTransaction = "transaction=none";

    private readonly string _text;
    private readonly string _file;
    private readonly ScriptChecksum _checksum;
    private readonly TransactionNeeds _needs = new();
    private readonly List<SqlStatement> _statements = [];

    // Labels added to enum types and not used so far, with the statements that add them.
    private readonly Dictionary<string, List<int>> _labels = [];
    private SqlLexer _lexer;
    private LineCounter _lines;
    private LineCounter _useLines;

    // The script so far.
    private bool _declaredNonTransactional;
    private Outside? _firstOutside;
    private Wrapper? _opening;
    private Wrapper? _closing;

    // The statement being read.
    private Verb _verb;
    private int _start;
    private int _end;
    private int _parentheses;
    private int _bodies;
    private bool _atStart = true;
    private RoutineStep _step;

    private ScriptParser(string text, string file, ScriptChecksum checksum)
    {
        _text = text;
        _file = file;
        _checksum = checksum;
        _lexer = new(text);
        _lines = new(text);
        _useLines = new(text);
    }

    private enum Verb : byte
    {
        None, Other, Ddl, Copy, Do, Begin, Commit, Control,
    }

    // How far the beginning of CREATE [OR REPLACE] FUNCTION|PROCEDURE … BEGIN ATOMIC has been seen.
    private enum RoutineStep : byte
    {
        None, Create, Or, Replace, Routine, Begin,
    }

    private sealed record Outside(string What, int Statement);

    private sealed record Wrapper(string What, int Line, int Column);

    public static SqlScript Parse(string text, string file)
    {
        var nul = text.IndexOf('\0', StringComparison.Ordinal);
        if (nul >= 0)
            throw ErrorAt("NulCharacter", file, new LineCounter(text).Advance(nul));
        using var checksum = new ScriptChecksum();
        var parser = new ScriptParser(text, file, checksum);
        parser.ReadStatements();
        return parser.Finish();
    }

    private static MuedException ErrorAt(string errorId, string file, (int Line, int Column) position, params object?[] arguments)
        => Texts.UsageAt(errorId, file, position.Line, position.Column, arguments);

    private readonly MuedException ErrorAt(string errorId, int offset, params object?[] arguments)
        => ErrorAt(errorId, _file, new LineCounter(_text).Advance(offset), arguments);

    private void ReadStatements()
    {
        while (true)
        {
            var token = _lexer.Next();
            switch (token.Kind)
            {
                case TokenKind.End:
                    EndStatement();
                    return;
                case TokenKind.Semicolon when _parentheses == 0:
                    if (_bodies == 0)
                    {
                        EndStatement();
                        continue;
                    }
                    Add(token);
                    _atStart = true;
                    continue;
                case TokenKind.LeftParenthesis:
                    _parentheses++;
                    break;
                case TokenKind.RightParenthesis:
                    _parentheses = Math.Max(0, _parentheses - 1);
                    break;
                case TokenKind.Directive:
                    ReadDirective(token);
                    continue;
                case TokenKind.Backslash:
                    throw ErrorAt("PsqlCommand", token.Start, PsqlCommandAt(token.Start));
                case TokenKind.UnterminatedString:
                case TokenKind.UnterminatedIdentifier:
                case TokenKind.UnterminatedDollarQuote:
                case TokenKind.UnterminatedComment:
                    throw ErrorAt(token.Kind.ToString(), token.Start);
            }
            Add(token);
        }
    }

    private void Add(SqlToken token)
    {
        if (_atStart)
            BeginStatement(token);
        else if (_step != RoutineStep.None)
            FollowRoutine(token);
        _end = token.End;

        if (token.IsString && _labels.Count > 0)
            FindUses(token);
        if (_verb is Verb.Begin or Verb.Commit)
            return;
        if (token.Kind == TokenKind.StringContinuation)
            _checksum.AppendToken([]);
        if (token.IsString || token.Kind is TokenKind.QuotedIdentifier or TokenKind.UnicodeIdentifier)
            _checksum.AppendLiteral(token.In(_text));
        else
            _checksum.AppendToken(token.In(_text));
    }

    // The start of a statement, or of a statement inside a BEGIN ATOMIC body.
    private void BeginStatement(SqlToken token)
    {
        _atStart = false;
        _step = RoutineStep.None;
        if (_verb == Verb.None)
        {
            _start = token.Start;
            _verb = token.Kind == TokenKind.Word ? VerbOf(token.In(_text)) : Verb.Other;
        }
        if (token.Kind != TokenKind.Word)
            return;
        if (Is(token, "CREATE"))
            _step = RoutineStep.Create;
        else if (_bodies > 0 && Is(token, "END"))
            _bodies--;
    }

    private void FollowRoutine(SqlToken token)
    {
        switch (_step)
        {
            case RoutineStep.Create when Is(token, "OR"):
                _step = RoutineStep.Or;
                break;
            case RoutineStep.Or when Is(token, "REPLACE"):
                _step = RoutineStep.Replace;
                break;
            case RoutineStep.Create or RoutineStep.Replace when Is(token, "FUNCTION") || Is(token, "PROCEDURE"):
                _step = RoutineStep.Routine;
                break;
            case RoutineStep.Begin when Is(token, "ATOMIC"):
                _bodies++;
                _atStart = true;
                break;
            case RoutineStep.Routine or RoutineStep.Begin:
                _step = _parentheses == 0 && Is(token, "BEGIN") ? RoutineStep.Begin : RoutineStep.Routine;
                break;
            default:
                _step = RoutineStep.None;
                break;
        }
    }

    private readonly bool Is(SqlToken token, string word)
        => token.Kind == TokenKind.Word && token.In(_text).Equals(word, StringComparison.OrdinalIgnoreCase);

    private static Verb VerbOf(ReadOnlySpan<char> word)
    {
        Span<char> upper = stackalloc char[8];
        if (Ascii.ToUpper(word, upper, out var length) != System.Buffers.OperationStatus.Done)
            return Verb.Other;
        return upper[..length] switch
        {
            "CREATE" or "ALTER" or "DROP" or "REINDEX" or "VACUUM" or "CLUSTER" or "DISCARD" => Verb.Ddl,
            "COPY" => Verb.Copy,
            "DO" => Verb.Do,
            "BEGIN" or "START" => Verb.Begin,
            "COMMIT" or "END" => Verb.Commit,
            "ROLLBACK" or "ABORT" or "PREPARE" => Verb.Control,
            _ => Verb.Other,
        };
    }

    private void EndStatement()
    {
        var verb = _verb;
        if (verb == Verb.None)
            return;
        var text = _text.AsSpan(_start, _end - _start);
        var (line, column) = _lines.Advance(_start);
        _verb = Verb.None;
        _step = RoutineStep.None;
        _atStart = true;
        if (_closing is not null)
            throw Control(_closing);
        switch (verb)
        {
            case Verb.Begin:
                _opening = ReadOpening(text, line, column);
                return;
            case Verb.Commit:
                _closing = ReadClosing(text, line, column);
                return;
            case Verb.Control:
                CheckControl(text, line, column);
                break;
            case Verb.Copy:
                CheckCopy(text, line, column);
                break;
        }
        _checksum.AppendToken(";");

        string? what = null, label = null;
        ConcurrentIndex? index = null;
        if (verb == Verb.Ddl)
            what = _needs.Read(text, out index, out label);
        if (what is not null)
            NoteOutside(what, _statements.Count);
        if (label is not null && !_labels.TryAdd(label, [_statements.Count]))
            _labels[label].Add(_statements.Count);
        var mode = what is null ? ScriptMode.Transactional : ScriptMode.NonTransactional;
        _statements.Add(new(_start, text.Length, line, column, mode, index));
    }

    private SqlScript Finish()
    {
        if ((_opening is null) != (_closing is null) || (_declaredNonTransactional && _opening is not null))
            throw Control(_opening ?? _closing!);
        if (_firstOutside is { } outside && !_declaredNonTransactional)
        {
            var at = (_statements[outside.Statement].Line, _statements[outside.Statement].Column);
            if (_opening is not null)
                throw ErrorAt("NonTransactionalInTransaction", _file, at, outside.What, _opening.Line);
            var inside = _statements.FindIndex(statement => statement.Mode == ScriptMode.Transactional);
            if (inside >= 0)
                throw ErrorAt("MixedTransactionNeeds", _file, at, outside.What, SqlCommand.NameOf(TextOf(inside)), _statements[inside].Line);
        }
        var mode = _firstOutside is not null || _declaredNonTransactional ? ScriptMode.NonTransactional : ScriptMode.Transactional;
        // The mode is part of what a script does, so the directive that sets it counts although it is a comment.
        _checksum.AppendToken(mode == ScriptMode.NonTransactional ? NoTransaction : "");
        IReadOnlyList<string> remarks = _opening is null || _closing is null
            ? []
            : [Texts.Get("TransactionWrapperDropped", _opening.What, _opening.Line, _closing.What, _closing.Line)];
        return new SqlScript(_file, _text, _statements, mode, ScriptChecksum.OfText(_text), _checksum.Finish(), remarks);
    }

    private void ReadDirective(SqlToken token)
    {
        var comment = token.In(_text)[2..].Trim();
        if (!_text.AsSpan(0, token.Start).IsWhiteSpace())
            throw ErrorAt("MisplacedDirective", token.Start);
        var directive = comment["mued:".Length..].Trim();
        if (!directive.Equals(NoTransaction, StringComparison.OrdinalIgnoreCase))
            throw ErrorAt("UnknownDirective", token.Start, directive.ToString());
        _declaredNonTransactional = true;
    }

    private readonly string PsqlCommandAt(int offset)
    {
        var rest = _text.AsSpan(offset);
        var end = rest.IndexOfAnyInRange('\0', ' ');
        return rest[..Math.Min(end < 0 ? rest.Length : end, 30)].ToString();
    }

    private readonly MuedException Control(Wrapper wrapper)
        => ErrorAt("TransactionControl", _file, (wrapper.Line, wrapper.Column), wrapper.What);

    private readonly Wrapper ReadOpening(ReadOnlySpan<char> text, int line, int column)
    {
        var reader = new StatementReader(text);
        var what = new Wrapper(SqlCommand.NameOf(text), line, column);
        if (_statements.Count > 0 || _opening is not null)
            throw Control(what);
        reader.Skip();
        _ = reader.Accept("TRANSACTION") || reader.Accept("WORK");
        if (!reader.AtEnd)
            throw ErrorAt("TransactionOptions", _file, (line, column), what.What);
        return what;
    }

    private readonly Wrapper ReadClosing(ReadOnlySpan<char> text, int line, int column)
    {
        var reader = new StatementReader(text);
        var what = new Wrapper(SqlCommand.NameOf(text), line, column);
        reader.Skip();
        _ = reader.Accept("TRANSACTION") || reader.Accept("WORK");
        if (reader.Accept("AND", "NO"))
            reader.Accept("CHAIN");
        return _opening is not null && reader.AtEnd ? what : throw Control(what);
    }

    // ROLLBACK TO SAVEPOINT and PREPARE of a statement stay inside the transaction.
    private readonly void CheckControl(ReadOnlySpan<char> text, int line, int column)
    {
        var reader = new StatementReader(text);
        bool harmless;
        if (reader.Accept("ROLLBACK"))
        {
            _ = reader.Accept("TRANSACTION") || reader.Accept("WORK");
            harmless = reader.Is("TO");
        }
        else
            harmless = reader.Accept("PREPARE") && !(reader.Accept("TRANSACTION") && reader.Current.IsString);
        if (!harmless)
            throw Control(new(SqlCommand.NameOf(text), line, column));
    }

    private readonly void CheckCopy(ReadOnlySpan<char> text, int line, int column)
    {
        var reader = new StatementReader(text);
        while (!reader.AtEnd)
        {
            if (reader.Current.Kind == TokenKind.LeftParenthesis)
            {
                reader.SkipParentheses();
                continue;
            }
            var from = reader.Is("FROM");
            var direction = from || reader.Is("TO");
            reader.Skip();
            if (direction && (reader.Is("STDIN") || reader.Is("STDOUT")))
                throw ErrorAt(from ? "CopyFromStdin" : "CopyToStdout", _file, (line, column));
        }
    }

    // An added label may not be used before the transaction that added it has committed. PostgreSQL 17 and later make an exception
    // for a type of the same transaction; the versions before do not, so no script may count on it.
    private void FindUses(SqlToken token)
    {
        if (_verb == Verb.Ddl && IsEnumChange())
            return;
        var value = SqlString.ValueOf(token, _text);
        if (_labels.ContainsKey(value))
            NoteUse(value, token.Start);
        if (_verb != Verb.Do || token.Kind != TokenKind.DollarString)
            return;
        foreach (var label in _labels.Keys.ToArray())
        {
            if (value.Contains($"'{label.Replace("'", "''", StringComparison.Ordinal)}'", StringComparison.Ordinal))
                NoteUse(label, token.Start);
        }
    }

    private void NoteUse(string label, int offset)
    {
        var what = Texts.Get("LabelUsedLater", label, _useLines.Advance(offset).Line);
        _labels.Remove(label, out var statements);
        foreach (var statement in statements!)
        {
            _statements[statement] = _statements[statement] with { Mode = ScriptMode.NonTransactional };
            NoteOutside(what, statement);
        }
    }

    private void NoteOutside(string what, int statement)
    {
        if (_firstOutside is null || statement < _firstOutside.Statement)
            _firstOutside = new(what, statement);
    }

    private readonly ReadOnlySpan<char> TextOf(int statement) => _text.AsSpan(_statements[statement].Offset, _statements[statement].Length);

    private readonly bool IsEnumChange()
    {
        var reader = new StatementReader(_text.AsSpan(_start, _end - _start));
        return reader.Accept("ALTER", "TYPE");
    }
}
