using System.Text;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Sql;

/// <summary>
/// Cuts a script into statements in one pass over its tokens, and finds out what they need. A semicolon ends a statement outside
/// parentheses (CREATE RULE has statements in them) and outside the BEGIN ATOMIC bodies of SQL routines.
/// </summary>
internal ref struct ScriptParser
{
    private const string NoTransaction = "transaction=none";

    private readonly string text;
    private readonly string file;
    private readonly ScriptChecksum checksum;
    private readonly TransactionNeeds needs = new();
    private readonly List<SqlStatement> statements = [];
    private readonly List<string> labels = [];
    private readonly List<(int Offset, string Rule, string Reason)> allowances = [];
    private SqlLexer lexer;
    private LineCounter lines;

    // The script so far.
    private bool declaredNonTransactional;
    private Outside? firstOutside;
    private Wrapper? opening;
    private Wrapper? closing;
    private Modes? modes;
    private bool onlySet = true;

    // The statement being read.
    private Verb verb;
    private int start;
    private int end;
    private int parentheses;
    private int bodies;
    private bool atStart = true;
    private RoutineStep step;

    private ScriptParser(string text, string file, ScriptChecksum checksum, bool nonTransactional)
    {
        this.text = text;
        this.file = file;
        this.checksum = checksum;
        declaredNonTransactional = nonTransactional;
        lexer = new(text);
        lines = new(text);
    }

    private enum Verb : byte
    {
        None,
        Other,
        Ddl,
        Copy,
        Set,
        Begin,
        Commit,
        Control,
    }

    // How far the beginning of CREATE [OR REPLACE] FUNCTION|PROCEDURE … BEGIN ATOMIC has been seen.
    private enum RoutineStep : byte
    {
        None,
        Create,
        Or,
        Replace,
        Routine,
        Begin,
    }

    private sealed record Outside(string What, int Statement);

    /// <summary>What a script is found to be: see the properties of the same names of <see cref="SqlScript"/>.</summary>
    internal sealed record Result(
        IReadOnlyList<SqlStatement> Statements,
        ScriptMode Mode,
        string? TransactionModes,
        IReadOnlyList<string> Labels,
        string TextChecksum,
        string SqlChecksum,
        IReadOnlyList<string> Remarks
    )
    {
        /// <summary>The exceptions that comments make.</summary>
        public IReadOnlyList<ScriptAllowance> Allowances { get; init; } = [];
    }

    private sealed record Wrapper(string What, int Line, int Column);

    private sealed record Modes(string Text, int Line);

    public static Result Parse(string text, string file, bool nonTransactional)
    {
        var nul = text.IndexOf('\0', StringComparison.Ordinal);
        if (nul >= 0)
            throw ErrorAt("NulCharacter", file, new LineCounter(text).Advance(nul));
        using var checksum = new ScriptChecksum();
        var parser = new ScriptParser(text, file, checksum, nonTransactional);
        parser.ReadStatements();
        return parser.Finish();
    }

    private static MuedException ErrorAt(string errorId, string file, (int Line, int Column) position, params object?[] arguments) =>
        Texts.UsageAt(errorId, file, position.Line, position.Column, arguments);

    private readonly MuedException ErrorAt(string errorId, int offset, params object?[] arguments) =>
        ErrorAt(errorId, file, new LineCounter(text).Advance(offset), arguments);

    private void ReadStatements()
    {
        while (true)
        {
            var token = lexer.Next();
            switch (token.Kind)
            {
                case TokenKind.End:
                    EndStatement();
                    return;
                case TokenKind.Semicolon when parentheses == 0:
                    if (bodies == 0)
                    {
                        EndStatement();
                        continue;
                    }
                    Add(token);
                    atStart = true;
                    continue;
                case TokenKind.LeftParenthesis:
                    parentheses++;
                    break;
                case TokenKind.RightParenthesis:
                    parentheses = Math.Max(0, parentheses - 1);
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
        if (atStart)
            BeginStatement(token);
        else if (step != RoutineStep.None)
            FollowRoutine(token);
        end = token.End;

        if (verb is Verb.Begin or Verb.Commit)
            return;
        if (token.Kind == TokenKind.StringContinuation)
            checksum.AppendToken([]);
        if (token.IsString || token.Kind is TokenKind.QuotedIdentifier or TokenKind.UnicodeIdentifier)
            checksum.AppendLiteral(token.In(text));
        else
            checksum.AppendToken(token.In(text));
    }

    // The start of a statement, or of a statement inside a BEGIN ATOMIC body.
    private void BeginStatement(SqlToken token)
    {
        atStart = false;
        step = RoutineStep.None;
        if (verb == Verb.None)
        {
            start = token.Start;
            verb = token.Kind == TokenKind.Word ? VerbOf(token.In(text)) : Verb.Other;
        }
        if (token.Kind != TokenKind.Word)
            return;
        if (Is(token, "CREATE"))
            step = RoutineStep.Create;
        else if (bodies > 0 && Is(token, "END"))
            bodies--;
    }

    private void FollowRoutine(SqlToken token)
    {
        switch (step)
        {
            case RoutineStep.Create when Is(token, "OR"):
                step = RoutineStep.Or;
                break;
            case RoutineStep.Or when Is(token, "REPLACE"):
                step = RoutineStep.Replace;
                break;
            case RoutineStep.Create or RoutineStep.Replace when Is(token, "FUNCTION") || Is(token, "PROCEDURE"):
                step = RoutineStep.Routine;
                break;
            case RoutineStep.Begin when Is(token, "ATOMIC"):
                bodies++;
                atStart = true;
                break;
            case RoutineStep.Routine or RoutineStep.Begin:
                step = parentheses == 0 && Is(token, "BEGIN") ? RoutineStep.Begin : RoutineStep.Routine;
                break;
            default:
                step = RoutineStep.None;
                break;
        }
    }

    private readonly bool Is(SqlToken token, string word) =>
        token.Kind == TokenKind.Word && token.In(text).Equals(word, StringComparison.OrdinalIgnoreCase);

    private static Verb VerbOf(ReadOnlySpan<char> word)
    {
        Span<char> upper = stackalloc char[8];
        if (Ascii.ToUpper(word, upper, out var length) != System.Buffers.OperationStatus.Done)
            return Verb.Other;
        return upper[..length] switch
        {
            "CREATE" or "ALTER" or "DROP" or "REINDEX" or "VACUUM" or "CLUSTER" or "DISCARD" => Verb.Ddl,
            "COPY" => Verb.Copy,
            "SET" => Verb.Set,
            "BEGIN" or "START" => Verb.Begin,
            "COMMIT" or "END" => Verb.Commit,
            "ROLLBACK" or "ABORT" or "PREPARE" => Verb.Control,
            _ => Verb.Other,
        };
    }

    private void EndStatement()
    {
        var ended = verb;
        if (ended == Verb.None)
            return;
        var text = this.text.AsSpan(start, end - start);
        var (line, column) = lines.Advance(start);
        verb = Verb.None;
        step = RoutineStep.None;
        atStart = true;
        if (closing is not null)
            throw Control(closing);
        switch (ended)
        {
            case Verb.Begin:
                opening = ReadOpening(text, line, column);
                return;
            case Verb.Commit:
                closing = ReadClosing(text, line, column);
                return;
            case Verb.Control:
                CheckControl(text, line, column);
                break;
            case Verb.Copy:
                CheckCopy(text, line, column);
                break;
        }
        checksum.AppendToken(";");
        if (ended == Verb.Set && onlySet && !declaredNonTransactional && TransactionModes.TryReadSet(new(text), out var set))
        {
            NoteModes(set, SqlCommand.NameOf(text), line, column);
            return;
        }

        onlySet &= ended == Verb.Set;
        string? what = null;
        ConcurrentIndex? index = null;
        if (ended == Verb.Ddl)
        {
            what = needs.Read(text, out index, out var label);
            if (label is not null)
                labels.Add(label);
        }

        if (what is not null)
            firstOutside ??= new(what, statements.Count);
        var bare = what is not null || (declaredNonTransactional && TransactionNeeds.MayForbid(text));
        var mode = bare ? ScriptMode.NonTransactional : ScriptMode.Transactional;
        statements.Add(new(start, text.Length, line, column, mode, index));
    }

    private Result Finish()
    {
        if ((opening is null) != (closing is null) || (declaredNonTransactional && opening is not null))
            throw Control(opening ?? closing!);
        if (firstOutside is { } outside && !declaredNonTransactional)
        {
            var at = (statements[outside.Statement].Line, statements[outside.Statement].Column);
            if ((opening?.Line ?? modes?.Line) is { } begun)
                throw ErrorAt("NonTransactionalInTransaction", file, at, outside.What, begun);
            var inside = statements.FindIndex(statement => statement.Mode == ScriptMode.Transactional);
            if (inside >= 0)
                throw ErrorAt("MixedTransactionNeeds", file, at, outside.What, SqlCommand.NameOf(TextOf(inside)), statements[inside].Line);
        }
        var mode = firstOutside is not null || declaredNonTransactional ? ScriptMode.NonTransactional : ScriptMode.Transactional;
        // The mode is part of what a script does, so the directive that sets it counts although it is a comment.
        checksum.AppendToken(mode == ScriptMode.NonTransactional ? NoTransaction : "");
        var remarks = new List<string>();
        if (opening is not null && closing is not null)
            remarks.Add(Texts.Get("TransactionWrapperDropped", opening.What, opening.Line, closing.What, closing.Line));
        for (var i = 0; i < statements.Count; i++)
        {
            var command = SqlCommand.NameOf(TextOf(i));
            if (statements[i].Mode == ScriptMode.NonTransactional && SqlCommand.IsCode(command))
                remarks.Add(Texts.Get("DoneAtLeastOnce", command, statements[i].Line));
        }

        return new(statements, mode, modes?.Text, labels, ScriptChecksum.OfText(text), checksum.Finish(), remarks)
        {
            Allowances = ReadAllowances(),
        };
    }

    // A comment on the line on which a statement ends belongs to it, as one inside does; else to the statement behind it.
    private readonly List<ScriptAllowance> ReadAllowances()
    {
        var result = new List<ScriptAllowance>();
        var lines = new LineCounter(text);
        foreach (var (offset, rule, reason) in allowances)
        {
            var next = statements.FindIndex(statement => statement.Offset + statement.Length > offset);
            var before = (next < 0 ? statements.Count : next) - 1;
            var trails =
                before >= 0
                && text.IndexOf(
                    '\n',
                    statements[before].Offset + statements[before].Length,
                    offset - statements[before].Offset - statements[before].Length
                ) < 0;
            var (line, column) = lines.Advance(offset);
            result.Add(new(rule, reason, trails ? before : next, line, column));
        }

        return result;
    }

    private void ReadDirective(SqlToken token)
    {
        var comment = token.In(text)[2..].Trim();
        var words = comment["mued:".Length..].Trim();
        if (words.StartsWith("allow ", StringComparison.OrdinalIgnoreCase))
        {
            var allowed = words["allow ".Length..].Trim();
            var end = allowed.IndexOf(' ');
            allowances.Add((token.Start, (end < 0 ? allowed : allowed[..end]).ToString(), end < 0 ? "" : allowed[end..].Trim().ToString()));
            return;
        }

        if (!text.AsSpan(0, token.Start).IsWhiteSpace())
            throw ErrorAt("MisplacedDirective", token.Start);
        var directive = comment["mued:".Length..].Trim();
        if (!directive.Equals(NoTransaction, StringComparison.OrdinalIgnoreCase))
            throw ErrorAt("UnknownDirective", token.Start, directive.ToString());
        declaredNonTransactional = true;
    }

    private readonly string PsqlCommandAt(int offset)
    {
        var rest = text.AsSpan(offset);
        var end = rest.IndexOfAnyInRange('\0', ' ');
        return rest[..Math.Min(end < 0 ? rest.Length : end, 30)].ToString();
    }

    private readonly MuedException Control(Wrapper wrapper) =>
        ErrorAt("TransactionControl", file, (wrapper.Line, wrapper.Column), wrapper.What);

    private Wrapper ReadOpening(ReadOnlySpan<char> text, int line, int column)
    {
        var reader = new StatementReader(text);
        var what = new Wrapper(SqlCommand.NameOf(text), line, column);
        if (statements.Count > 0 || opening is not null)
            throw Control(what);
        reader.Skip();
        _ = reader.Accept("TRANSACTION") || reader.Accept("WORK");
        if (reader.AtEnd)
            return what;
        NoteModes(TransactionModes.Read(reader), what.What, line, column);
        checksum.AppendToken(modes!.Text);
        return what;
    }

    private void NoteModes(string? given, string what, int line, int column)
    {
        if (given is null)
            throw ErrorAt("TransactionOptions", file, (line, column), what);
        modes = new(modes is null ? given : $"{modes.Text}, {given}", modes?.Line ?? line);
    }

    private readonly Wrapper ReadClosing(ReadOnlySpan<char> text, int line, int column)
    {
        var reader = new StatementReader(text);
        var what = new Wrapper(SqlCommand.NameOf(text), line, column);
        reader.Skip();
        _ = reader.Accept("TRANSACTION") || reader.Accept("WORK");
        if (reader.Accept("AND", "NO"))
            reader.Accept("CHAIN");
        return opening is not null && reader.AtEnd ? what : throw Control(what);
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
                throw ErrorAt(from ? "CopyFromStdin" : "CopyToStdout", file, (line, column));
        }
    }

    private readonly ReadOnlySpan<char> TextOf(int statement) => text.AsSpan(statements[statement].Offset, statements[statement].Length);
}
