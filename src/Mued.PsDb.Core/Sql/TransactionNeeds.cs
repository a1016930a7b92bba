using Mued.PsDb.Foundation;

namespace Mued.PsDb.Sql;

/// <summary>
/// Knows which statements PostgreSQL refuses inside a transaction block. The rules are those of PostgreSQL 14 to 18: the manual's
/// reference pages, and the callers of PreventInTransactionBlock. What depends on the catalog (a partitioned table, a procedure
/// that commits) cannot be seen here: <see cref="MayForbid"/> says where it may, and <c>-- mued: transaction=none</c> that it does.
/// </summary>
internal sealed class TransactionNeeds
{
    private static readonly string[] TransactionWords = ["commit", "rollback", "call"];

    private readonly List<string> subscriptionsWithoutSlot = [];

    /// <summary>Reads one statement; they must come in the order of the script.</summary>
    /// <param name="statement">The statement's text.</param>
    /// <param name="index">The index that is built, dropped or rebuilt concurrently.</param>
    /// <param name="label">The label that an ALTER TYPE … ADD VALUE adds.</param>
    /// <returns>What forbids a transaction, as a name for people; null when nothing does.</returns>
    public string? Read(ReadOnlySpan<char> statement, out ConcurrentIndex? index, out string? label)
    {
        index = null;
        label = null;
        var reader = new StatementReader(statement);
        if (reader.Accept("CREATE"))
            return Create(reader, out index);
        if (reader.Accept("DROP"))
            return Drop(reader, out index);
        if (reader.Accept("ALTER"))
            return Alter(reader, out label);
        if (reader.Accept("REINDEX"))
            return Reindex(reader, out index);
        if (reader.Is("VACUUM"))
            return "VACUUM";
        if (reader.Accept("DISCARD"))
            return reader.Is("ALL") ? "DISCARD ALL" : null;
        if (reader.Accept("CLUSTER"))
        {
            reader.Accept("VERBOSE");
            reader.SkipParentheses();
            return reader.AtEnd ? "CLUSTER without a table" : null;
        }
        return null;
    }

    /// <summary>
    /// Whether a statement may need to run outside a transaction, by what the catalog says: a procedure may commit, a table may have
    /// partitions. A DO block may where the words with which it ends a transaction stand in it: PL/pgSQL's COMMIT, ROLLBACK and CALL, and the
    /// functions of the other languages, which are named after them.
    /// </summary>
    public static bool MayForbid(ReadOnlySpan<char> statement)
    {
        var reader = new StatementReader(statement);
        if (reader.Is("CALL") || reader.Is("REINDEX") || reader.Is("CLUSTER"))
            return true;
        if (!reader.Accept("DO"))
            return false;
        for (; !reader.AtEnd; reader.Skip())
        {
            if (
                reader.Current.IsString
                && SqlString.ValueOf(reader.Current, statement) is var body
                && TransactionWords.Any(word => body.HasWord(word))
            )
                return true;
        }

        return false;
    }

    private static string? Create(StatementReader reader, out ConcurrentIndex? index)
    {
        index = null;
        if (reader.Is("DATABASE"))
            return "CREATE DATABASE";
        if (reader.Is("TABLESPACE"))
            return "CREATE TABLESPACE";
        if (reader.Accept("SUBSCRIPTION"))
        {
            while (!reader.AtEnd && reader.Current.Kind != TokenKind.LeftParenthesis)
                reader.Skip();
            return reader.Option("create_slot") ?? reader.Option("connect") ?? true ? "CREATE SUBSCRIPTION with a replication slot" : null;
        }
        reader.Accept("UNIQUE");
        if (!reader.Accept("INDEX", "CONCURRENTLY"))
            return null;
        if (reader.Accept("IF"))
            _ = reader.Accept("NOT", "EXISTS");
        var name = !reader.Is("ON") && reader.TryName(out var given) ? given.Name : null;
        reader.Accept("ON");
        reader.Accept("ONLY");
        if (reader.TryName(out var table))
            index = new(IndexOperation.Create, table.Schema, name, table.Name);
        return "CREATE INDEX CONCURRENTLY";
    }

    private string? Drop(StatementReader reader, out ConcurrentIndex? index)
    {
        index = null;
        if (reader.Is("DATABASE"))
            return "DROP DATABASE";
        if (reader.Is("TABLESPACE"))
            return "DROP TABLESPACE";
        if (reader.Accept("SUBSCRIPTION"))
        {
            if (reader.Accept("IF"))
                reader.Accept("EXISTS");
            return reader.TryName(out var subscription) && subscriptionsWithoutSlot.Contains(subscription.Name)
                ? null
                : "DROP SUBSCRIPTION with a replication slot";
        }
        if (!reader.Accept("INDEX", "CONCURRENTLY"))
            return null;
        if (reader.Accept("IF"))
            reader.Accept("EXISTS");
        if (reader.TryName(out var name))
            index = new(IndexOperation.Drop, name.Schema, name.Name, null);
        return "DROP INDEX CONCURRENTLY";
    }

    private static string? Reindex(StatementReader reader, out ConcurrentIndex? index)
    {
        index = null;
        var concurrently = false;
        if (reader.Current.Kind == TokenKind.LeftParenthesis)
        {
            concurrently = reader.Option("concurrently") ?? false;
            reader.SkipParentheses();
        }
        var one = reader.Accept("INDEX");
        var table = !one && reader.Accept("TABLE");
        if (!one && !table)
            reader.Skip();
        concurrently |= reader.Accept("CONCURRENTLY");
        if (concurrently)
        {
            index =
                reader.TryName(out var name) && (one || table)
                    ? new(IndexOperation.Reindex, name.Schema, one ? name.Name : null, table ? name.Name : null)
                    : new(IndexOperation.Reindex, null, null, null);
            return "REINDEX CONCURRENTLY";
        }
        return one || table ? null : "REINDEX of a whole schema or database";
    }

    private string? Alter(StatementReader reader, out string? label)
    {
        label = null;
        if (reader.Is("SYSTEM"))
            return "ALTER SYSTEM";
        if (reader.Accept("TYPE"))
        {
            if (reader.TryName(out _) && reader.Accept("ADD", "VALUE"))
            {
                if (reader.Accept("IF"))
                    _ = reader.Accept("NOT", "EXISTS");
                if (reader.TryString(out var added))
                    label = added;
            }
            return null;
        }
        if (reader.Accept("DATABASE"))
        {
            var named = reader.TryName(out _);
            _ = reader.Accept("SET") || reader.Accept("WITH");
            return named && reader.Is("TABLESPACE") ? "ALTER DATABASE SET TABLESPACE" : null;
        }
        if (reader.Accept("SUBSCRIPTION"))
            return reader.TryName(out var subscription) ? AlterSubscription(reader, subscription.Name) : null;
        if (reader.Accept("TABLE"))
        {
            if (reader.Accept("IF"))
                reader.Accept("EXISTS");
            reader.Accept("ONLY");
            return reader.TryName(out _) && reader.Accept("DETACH", "PARTITION") && reader.TryName(out _) && reader.Is("CONCURRENTLY")
                ? "DETACH PARTITION CONCURRENTLY"
                : null;
        }
        return null;
    }

    private string? AlterSubscription(StatementReader reader, string subscription)
    {
        if (reader.Is("REFRESH"))
            return "ALTER SUBSCRIPTION REFRESH";
        if (!(reader.Accept("SET") || reader.Accept("ADD") || reader.Accept("DROP")))
            return null;
        if (reader.Is("PUBLICATION"))
        {
            while (!reader.AtEnd && reader.Current.Kind != TokenKind.LeftParenthesis)
                reader.Skip();
            return reader.Option("refresh") ?? true ? "ALTER SUBSCRIPTION with refresh" : null;
        }
        if (reader.Option("failover") is not null || reader.Option("two_phase") is false)
            return "ALTER SUBSCRIPTION SET an option of the replication slot";
        if (
            reader.Accept(TokenKind.LeftParenthesis)
            && reader.Accept("slot_name")
            && reader.Accept(TokenKind.Operator)
            && reader.Is("NONE")
        )
            subscriptionsWithoutSlot.Add(subscription);
        return null;
    }
}
