using System.Text;
using Mued.PsDb.Sql;

namespace Mued.PsDb;

/// <summary>
/// A SQL script cut into its statements the way PostgreSQL's own parser would, with standard_conforming_strings on. Immutable.
/// </summary>
public sealed class SqlScript
{
    // From here on a copy of a statement is a matter of memory.
    private const int Large = 1 << 20;

    private SqlScript(string file, string text, ScriptParser.Result parsed)
    {
        (File, Text, Statements, Mode) = (file, text, parsed.Statements, parsed.Mode);
        (TextChecksum, SqlChecksum, Remarks) = (parsed.TextChecksum, parsed.SqlChecksum, parsed.Remarks);
        (TransactionModes, Labels) = (parsed.TransactionModes, parsed.Labels);
        Allowances = parsed.Allowances;
        IsOneLarge = Statements is [{ Length: >= Large } only] && IsBlank(text.AsSpan(0, only.Offset)) && IsBlank(After(text, only));
    }

    /// <summary>The file's name, as errors show it.</summary>
    public string File { get; }

    /// <summary>The whole text, without a byte order mark.</summary>
    public string Text { get; }

    /// <summary>
    /// The statements in order. A BEGIN and COMMIT around the whole script are not among them, nor a SET TRANSACTION at its beginning: their
    /// modes become those of the transaction that it runs in.
    /// </summary>
    public IReadOnlyList<SqlStatement> Statements { get; }

    /// <summary>
    /// How to run the script: outside a transaction when its first line is <c>-- mued: transaction=none</c>, or when PostgreSQL
    /// allows none of its statements inside one.
    /// </summary>
    public ScriptMode Mode { get; }

    /// <summary>The modes that its transaction must have, as BEGIN takes them; null for those of the session.</summary>
    internal string? TransactionModes { get; }

    /// <summary>The labels that it adds to enum types: they cannot be used before they are committed.</summary>
    internal IReadOnlyList<string> Labels { get; }

    /// <summary>SHA-256 of the text with LF line ends, in lower-case hexadecimal.</summary>
    public string TextChecksum { get; }

    /// <summary>
    /// SHA-256 of the statements' tokens and of <see cref="Mode"/>, in lower-case hexadecimal: comments, and white space and line ends
    /// outside literals, do not change it.
    /// </summary>
    public string SqlChecksum { get; }

    /// <summary>Things a person should know about how the script is understood.</summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <summary>The exceptions from rules of safety that comments make: <c>-- mued: allow RULE REASON</c>.</summary>
    internal IReadOnlyList<ScriptAllowance> Allowances { get; }

    /// <summary>Cuts a script into statements.</summary>
    /// <param name="text">The script.</param>
    /// <param name="file">The file's name, for errors.</param>
    /// <returns>The script's statements and what they need.</returns>
    /// <exception cref="MuedException">
    /// A literal or comment has no end; or the script holds what a migration cannot: psql commands, COPY from or to the client,
    /// transaction control, an unknown directive, or statements that need and that forbid a transaction.
    /// </exception>
    public static SqlScript Parse(string text, string file) => Parse(text, file, nonTransactional: false);

    /// <summary>The same, of a script that is known to run outside a transaction by something that stands outside its text.</summary>
    internal static SqlScript Parse(string text, string file, bool nonTransactional)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(file);
        var content = text.StartsWith('\uFEFF') ? text[1..] : text;
        return new(file, content, ScriptParser.Parse(content, file, nonTransactional));
    }

    /// <summary>The SQL of a statement of this script.</summary>
    /// <param name="statement">The statement.</param>
    /// <returns>
    /// Its text, comments inside it included, without the semicolon. Of a script that is one large statement, the script itself.
    /// </returns>
    public string TextOf(SqlStatement statement) => IsOneLarge ? Text : Text.Substring(statement.Offset, statement.Length);

    /// <summary>What a statement does, as PostgreSQL's command tags say it: CREATE TABLE, INSERT, ALTER TYPE.</summary>
    /// <param name="statement">The statement.</param>
    /// <returns>The leading key words in upper case; empty when it does not begin with a word.</returns>
    public string CommandOf(SqlStatement statement) => SqlCommand.NameOf(Text.AsSpan(statement.Offset, statement.Length));

    /// <summary>
    /// Whether a statement runs outside a transaction and neither it nor the catalog tells afterwards whether it is done: a procedure, or a
    /// DO block, that may have committed some of its work.
    /// </summary>
    internal bool TellsNothing(SqlStatement statement) =>
        statement.Mode == ScriptMode.NonTransactional && SqlCommand.IsCode(CommandOf(statement));

    /// <summary>Finds the statement that pg_stat_activity shows.</summary>
    /// <param name="activity">The text there, which the server cuts at track_activity_query_size: 100 bytes or more, 1024 by
    /// default.</param>
    /// <returns>The index of the first statement that it may be; null when it is none of this script's.</returns>
    internal int? IndexOf(string activity)
    {
        const int ShortestCut = 99;
        var beginning = activity.AsSpan().TrimEnd('\uFFFD');
        for (var i = 0; i < Statements.Count; i++)
        {
            var statement = IsOneLarge ? Text : Text.AsSpan(Statements[i].Offset, Statements[i].Length);
            if (
                statement.StartsWith(beginning, StringComparison.Ordinal)
                && (statement.Length == beginning.Length || Encoding.UTF8.GetByteCount(beginning) >= ShortestCut - 3)
            )
                return i;
        }

        return null;
    }

    /// <summary>
    /// Whether the script is one statement so large that no copy is made of it: it is sent with the comments around it, which do nothing.
    /// </summary>
    private bool IsOneLarge { get; }

    /// <summary>Line and column of a place in the text.</summary>
    /// <param name="offset">The place, in UTF-16 code units from 0 to the text's length.</param>
    /// <returns>Both from 1; the column in UTF-16 code units.</returns>
    public (int Line, int Column) Position(int offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Text.Length);
        return new LineCounter(Text).Advance(offset);
    }

    /// <summary>Line and column of the place in a statement that the server complains about.</summary>
    /// <param name="statement">The statement that failed.</param>
    /// <param name="serverPosition">
    /// The error's position as the server sends it: in characters (not UTF-16 code units) from 1; 0 when it sent none.
    /// </param>
    /// <returns>Both from 1; the statement's own place when the server named none inside it.</returns>
    public (int Line, int Column) Position(SqlStatement statement, int serverPosition)
    {
        var start = IsOneLarge ? 0 : statement.Offset;
        var text = Text.AsSpan(start, statement.Offset + statement.Length - start);
        var offset = serverPosition == 0 ? statement.Offset - start : 0;
        for (var character = 1; character < serverPosition && offset < text.Length; character++)
            offset += char.IsHighSurrogate(text[offset]) && offset + 1 < text.Length && char.IsLowSurrogate(text[offset + 1]) ? 2 : 1;
        return Position(start + offset);
    }

    private static ReadOnlySpan<char> After(string text, SqlStatement statement)
    {
        var rest = text.AsSpan(statement.Offset + statement.Length).TrimStart();
        return rest.StartsWith(";", StringComparison.Ordinal) ? rest[1..] : rest;
    }

    private static bool IsBlank(ReadOnlySpan<char> text) => new StatementReader(text).AtEnd;
}
