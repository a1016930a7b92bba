using System.Text.RegularExpressions;
using Mued.PsDb.Connections;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Verification;

/// <summary>
/// What of a server lies outside its databases: roles with their attributes and memberships, tablespaces, databases, settings of roles and
/// databases. A scratch database takes none of it away when it goes.
/// </summary>
internal sealed partial class ClusterInventory
{
    // One row a thing: what it is, its value, and the statements that take it away and put it back; the latter null where nothing can.
    private const string Read = """
        SELECT * FROM (
            SELECT format('role %I', rolname), concat_ws(' ', CASE WHEN rolsuper THEN 'SUPERUSER' ELSE 'NOSUPERUSER' END,
                       CASE WHEN rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' ELSE 'NOCREATEROLE' END,
                       CASE WHEN rolcreatedb THEN 'CREATEDB' ELSE 'NOCREATEDB' END, CASE WHEN rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END,
                       CASE WHEN rolreplication THEN 'REPLICATION' ELSE 'NOREPLICATION' END,
                       CASE WHEN rolbypassrls THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END, 'CONNECTION LIMIT ' || rolconnlimit),
                   format('DROP ROLE %I', rolname), format('ALTER ROLE %I ', rolname), rolname::text
            FROM pg_roles
            UNION ALL
            SELECT format('membership of %s in %s', pg_get_userbyid(m.member), pg_get_userbyid(m.roleid)), m.admin_option::text,
                   format('REVOKE %I FROM %I', pg_get_userbyid(m.roleid), pg_get_userbyid(m.member)), NULL, pg_get_userbyid(m.member)::text
            FROM pg_auth_members AS m
            UNION ALL
            SELECT format('tablespace %I', spcname), '', format('DROP TABLESPACE %I', spcname), NULL, spcname::text FROM pg_tablespace
            UNION ALL
            SELECT format('database %I', datname), '', format('DROP DATABASE %I', datname), NULL, datname::text FROM pg_database
            UNION ALL
            SELECT concat('setting ', split_part(setting, '=', 1), ' of ', target.name), substring(setting FROM position('=' IN setting) + 1),
                   format('ALTER %s RESET %I', target.name, split_part(setting, '=', 1)),
                   format('ALTER %s SET %I TO ', target.name, split_part(setting, '=', 1)), split_part(setting, '=', 1)
            FROM pg_db_role_setting AS s
            CROSS JOIN LATERAL (SELECT CASE
                WHEN s.setrole = 0 THEN format('DATABASE %I', (SELECT datname FROM pg_database WHERE oid = s.setdatabase))
                ELSE format('ROLE %I', pg_get_userbyid(s.setrole))
                     || coalesce((SELECT format(' IN DATABASE %I', datname) FROM pg_database WHERE oid = s.setdatabase), '') END AS name) AS target
            CROSS JOIN unnest(s.setconfig) AS setting
        ) AS item (what, value, away, back, word)
        """;

    private readonly Dictionary<string, Thing> things;

    private ClusterInventory(IEnumerable<Thing> things) => this.things = things.ToDictionary(thing => thing.What, StringComparer.Ordinal);

    /// <summary>Looks at a server.</summary>
    public static async Task<ClusterInventory> TakeAsync(ConnectionSettings server, CancellationToken cancellationToken)
    {
        var connection = await server.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        return new(
            await connection
                .QueryAsync([Read], reader => reader.RowsAsync(Thing.Of, cancellationToken), cancellationToken)
                .ConfigureAwait(false)
        );
    }

    /// <summary>The statements of some migrations that reach beyond their database, by their text; a text may say more than it does.</summary>
    public static IReadOnlyList<string> Beyond(IEnumerable<MigrationFile> files) =>
        [
            .. from file in files
            where !file.Excluded
            from Match match in Outside().Matches(file.Sql.Text)
            group file.Name by Spaces().Replace(match.Value, " ").ToUpperInvariant() into statement
            select $"{statement.Key} ({string.Join(", ", statement.Distinct())})",
        ];

    /// <summary>
    /// Makes the server again as it was. Only what the text of the migrations names is touched: others may change the same server meanwhile.
    /// </summary>
    /// <returns>What could not be taken away or put back.</returns>
    public async Task<IReadOnlyList<string>> RestoreAsync(ConnectionSettings server, string text, CancellationToken cancellationToken)
    {
        var now = (await TakeAsync(server, cancellationToken).ConfigureAwait(false)).things;
        var away = now.Values.Where(thing => !things.ContainsKey(thing.What)).Select(thing => (thing, Sql: (string?)thing.Away));
        var back = things
            .Values.Where(thing => now.GetValueOrDefault(thing.What)?.Value != thing.Value)
            .Select(thing => (thing, Sql: thing.Back));
        // Settings and memberships before the roles that have them.
        var changes = away.OrderBy(change => change.thing.What.StartsWith("role ", StringComparison.Ordinal))
            .Concat(back)
            .Where(change => text.HasWord(change.thing.Word))
            .ToList();
        var left = new List<string>();
        if (changes.Count == 0)
            return left;
        var connection = await server.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        foreach (var (thing, sql) in changes)
        {
            try
            {
                if (sql is null)
                    left.Add(thing.What);
                else
                    await connection.ExecuteAsync([BatchStep.Bare(sql)], cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException e)
            {
                left.Add($"{thing.What} ({e.MessageText})");
            }
        }

        return left;
    }

    [GeneratedRegex(
        @"\b(CREATE|ALTER|DROP)\s+(ROLE|USER(?!\s+MAPPING)|GROUP|TABLESPACE|DATABASE|SYSTEM)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Outside();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    private sealed record Thing(string What, string Value, string Away, string? Back, string Word)
    {
        public static Thing Of(NpgsqlDataReader row)
        {
            var (what, value) = (row.GetString(0), row.GetString(1));
            var back = row.IsDBNull(3)
                ? null
                : row.GetString(3) + (what.StartsWith("setting ", StringComparison.Ordinal) ? SqlString.Literal(value) : value);
            return new(what, value, row.GetString(2), back, row.GetString(4));
        }
    }
}
