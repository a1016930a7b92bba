namespace Mued.PsDb.Sql;

/// <summary>The names of SQL commands.</summary>
internal static class SqlCommand
{
    /// <summary>
    /// The leading key words of a statement in upper case, as PostgreSQL's command tags have them: CREATE TABLE, INSERT, ALTER TYPE.
    /// </summary>
    public static string NameOf(ReadOnlySpan<char> statement)
    {
        var reader = new StatementReader(statement);
        var verb = TakeWord(ref reader, statement);
        if (verb is not ("CREATE" or "ALTER" or "DROP" or "START" or "PREPARE" or "REFRESH" or "SECURITY" or "IMPORT"))
            return verb;
        string word;
        do word = TakeWord(ref reader, statement);
        while (
            word
                is "OR"
                    or "REPLACE"
                    or "TEMP"
                    or "TEMPORARY"
                    or "LOCAL"
                    or "GLOBAL"
                    or "UNLOGGED"
                    or "UNIQUE"
                    or "RECURSIVE"
                    or "TRUSTED"
                    or "PROCEDURAL"
                    or "CONSTRAINT"
        );
        if (word is "")
            return verb;
        return
            word is "MATERIALIZED" or "FOREIGN" or "EVENT" or "TEXT" or "USER" or "ACCESS" or "DEFAULT" or "OWNED"
            && TakeWord(ref reader, statement) is { Length: > 0 } second
            ? $"{verb} {word} {second}"
            : $"{verb} {word}";
    }

    /// <summary>Whether a command runs code that may commit some of its work.</summary>
    public static bool IsCode(string command) => command is "CALL" or "DO";

    /// <summary>
    /// Whether a statement opens no subtransaction by itself, as SAVEPOINT, DO, CALL and a query of functions may. Code behind it still may: a
    /// trigger, a default, a function that a table is made or altered by. Whoever asks must be safe where such code does.
    /// </summary>
    public static bool OpensNoSubtransaction(string statement) =>
        NameOf(statement).Split(' ')[0]
            is "ALTER"
                or "COMMENT"
                or "CREATE"
                or "DELETE"
                or "DROP"
                or "GRANT"
                or "INSERT"
                or "LOCK"
                or "RESET"
                or "REVOKE"
                or "SET"
                or "TRUNCATE"
                or "UPDATE";

    /// <summary>Whether a statement sets or takes back settings, and not for its transaction alone: SET, RESET, DISCARD ALL, set_config.</summary>
    public static bool SetsForTheSession(string statement)
    {
        var reader = new StatementReader(statement);
        if (reader.Is("RESET") || reader.Is("DISCARD"))
            return true;
        if (reader.Accept("SELECT"))
            return reader.TryName(out var function) && function is { Schema: null or "pg_catalog", Name: "set_config" };
        return reader.Accept("SET") && !reader.Is("LOCAL") && !reader.Is("TRANSACTION") && !reader.Is("CONSTRAINTS");
    }

    /// <summary>Whether a statement installs an extension and leaves it to the search_path in which schema: CREATE EXTENSION without SCHEMA.</summary>
    public static bool InstallsByPath(string statement)
    {
        var reader = new StatementReader(statement);
        if (!reader.Accept("CREATE") || !reader.Accept("EXTENSION"))
            return false;
        for (; !reader.AtEnd; reader.Skip())
        {
            if (reader.Is("SCHEMA"))
                return false;
        }

        return true;
    }

    private static string TakeWord(ref StatementReader reader, ReadOnlySpan<char> statement)
    {
        if (reader.Current.Kind != TokenKind.Word)
            return "";
        var word = reader.Current.In(statement).ToString().ToUpperInvariant();
        reader.Skip();
        return word;
    }
}
