using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Safety;

/// <summary>The roles that a statement names and a sandbox does not have.</summary>
internal static class MissingRoles
{
    /// <summary>Makes those that a text may name behind TO, FROM, ROLE, BY, FOR and AUTHORIZATION. Returns whether there were any.</summary>
    public static async Task<bool> MakeAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var named = Named(sql);
        if (named.Count == 0)
            return false;
        var names = new NpgsqlBatchCommand(
            "SELECT r.name FROM unnest($1::text[]) AS r (name) WHERE NOT EXISTS (SELECT FROM pg_roles AS p WHERE p.rolname = r.name)"
        )
        {
            Parameters = { new() { Value = named.ToArray() } },
        };
        var missing = await connection
            .QueryAsync([names], reader => reader.RowsAsync(row => row.GetString(0), cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        await connection
            .ExecuteAsync(missing.Select(name => BatchStep.Unguarded($"CREATE ROLE {SqlIdentifier.Quote(name)}")), cancellationToken)
            .ConfigureAwait(false);
        return missing.Count > 0;
    }

    private static HashSet<string> Named(string sql)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var reader = new StatementReader(sql);
        while (!reader.AtEnd)
        {
            var before =
                reader.Accept("TO")
                || reader.Accept("FROM")
                || reader.Accept("ROLE")
                || reader.Accept("BY")
                || reader.Accept("AUTHORIZATION");
            if (!before)
            {
                reader.Skip();
                continue;
            }

            do
            {
                if (reader.TryIdentifier(out var name))
                    names.Add(name);
            } while (reader.AcceptSymbol(","));
        }

        // PUBLIC and CURRENT_USER are no names; those of pg_ are the server's.
        names.RemoveWhere(name =>
            name is "public" or "current_user" or "session_user" or "current_role" || name.StartsWith("pg_", StringComparison.Ordinal)
        );
        return names;
    }
}
