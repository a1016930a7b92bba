namespace Mued.PsDb.Sql;

/// <summary>
/// The modes that a script gives its transaction, in BEGIN or in SET TRANSACTION (PostgreSQL manual, SET TRANSACTION). They must be part of
/// the BEGIN that opens it: once the history is written the server takes no other isolation level.
/// </summary>
internal static class TransactionModes
{
    private static readonly string[] Levels = ["SERIALIZABLE", "REPEATABLE READ", "READ COMMITTED", "READ UNCOMMITTED"];

    /// <summary>Reads a list of modes to the statement's end. READ ONLY is none here: no transaction without its row in the history.</summary>
    /// <returns>The list as BEGIN takes it; null when it is empty or holds anything else.</returns>
    public static string? Read(StatementReader reader)
    {
        var modes = new List<string>();
        while (!reader.AtEnd)
        {
            if (modes.Count > 0)
                reader.AcceptSymbol(",");
            if (ReadMode(ref reader) is not { } mode)
                return null;
            modes.Add(mode);
        }

        return modes.Count == 0 ? null : string.Join(", ", modes);
    }

    /// <summary>Reads a SET that has an effect before the first query of its transaction only.</summary>
    /// <param name="reader">Stands on SET.</param>
    /// <param name="modes">The modes as BEGIN takes them; null where they are none of those that a migration can have.</param>
    /// <returns>Whether it is such a SET.</returns>
    public static bool TryReadSet(StatementReader reader, out string? modes)
    {
        modes = null;
        reader.Accept("SET");
        _ = reader.Accept("SESSION") || reader.Accept("LOCAL");
        if (reader.Accept("TRANSACTION"))
        {
            // A snapshot of another transaction is a query of its own kind.
            modes = Read(reader);
            return !reader.Is("SNAPSHOT");
        }

        if (!reader.Accept("transaction_isolation"))
            return false;
        _ = reader.Accept("TO") || reader.Accept(TokenKind.Operator);
        var level = reader.TryString(out var text) || reader.TryIdentifier(out text) ? text.ToUpperInvariant() : "";
        modes = Levels.Contains(level) && reader.AtEnd ? "ISOLATION LEVEL " + level : null;
        return true;
    }

    private static string? ReadMode(ref StatementReader reader)
    {
        if (reader.Accept("ISOLATION"))
        {
            if (!reader.Accept("LEVEL"))
                return null;
            foreach (var level in Levels)
            {
                var words = level.Split(' ');
                var rest = reader;
                if (!rest.Accept(words[0]) || (words.Length > 1 && !rest.Accept(words[1])))
                    continue;
                reader = rest;
                return "ISOLATION LEVEL " + level;
            }

            return null;
        }

        if (reader.Accept("READ"))
            return reader.Accept("WRITE") ? "READ WRITE" : null;
        var not = reader.Accept("NOT");
        return !reader.Accept("DEFERRABLE") ? null
            : not ? "NOT DEFERRABLE"
            : "DEFERRABLE";
    }
}
