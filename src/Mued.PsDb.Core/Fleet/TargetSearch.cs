using System.IO.Enumeration;
using Mued.PsDb.Connections;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Fleet;

/// <summary>Where the targets of a fleet are found, starting from the connections that were given.</summary>
internal sealed record TargetSearch
{
    private const string DatabasesSql = """
        SELECT datname::text FROM pg_database
        WHERE datallowconn AND NOT datistemplate AND has_database_privilege(oid, 'CONNECT')
        ORDER BY datname
        """;

    // Of the path of the session, what is not a tenant's own comes behind the tenant: there are the extensions, and what all share. A schema
    // with a history is a tenant, whether it is meant or not; in public is the history of what is shared.
    private const string SchemasSql = $"""
        SELECT n.nspname::text, CASE WHEN n.nspname = 'public' OR NOT EXISTS (
            SELECT FROM pg_class AS c WHERE c.relnamespace = n.oid AND c.relname = $1 AND c.relkind IN ('r', 'p')) THEN path.place::integer END
        FROM pg_namespace AS n LEFT JOIN unnest({SessionGuard.Schemas}) WITH ORDINALITY AS path (name, place) ON path.name = n.nspname
        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        ORDER BY n.nspname
        """;

    /// <summary>A query on each connection, whose first column is the connection of a target; null for the connections themselves.</summary>
    public string? Tenant { get; init; }

    /// <summary>A pattern of the databases on each connection's server; null for the database of the connection.</summary>
    public string? Database { get; init; }

    /// <summary>A pattern of the schemas of each database, each a tenant's, and never <c>public</c>; null for the database itself.</summary>
    public string? TenantSchema { get; init; }

    /// <summary>The history table, by which a tenant that the pattern does not mean is known; null for the usual one.</summary>
    public string? HistoryTable { get; init; }

    /// <summary>The part of the fleet that is meant; null for all.</summary>
    public Shard? Shard { get; init; }

    /// <summary>Whether there is anything to be found, or left out.</summary>
    public bool IsNeeded => Finds || Shard is not null;

    /// <summary>Whether other targets are to be found than those that are named.</summary>
    public bool Finds => Tenant is not null || Database is not null || TenantSchema is not null;

    /// <summary>Finds the targets, each once.</summary>
    /// <param name="connections">What was given.</param>
    /// <param name="resolve">Reads the connection of a tenant; the second text says where it was found.</param>
    /// <param name="cancellationToken">Cancels the query on the server.</param>
    /// <exception cref="MuedException">A search failed, or found nothing where something must be.</exception>
    public async Task<IReadOnlyList<ConnectionSettings>> FindAsync(
        IReadOnlyList<ConnectionSettings> connections,
        Func<string, string, ConnectionSettings> resolve,
        CancellationToken cancellationToken
    )
    {
        var found = connections;
        if (Tenant is not null)
            found = await EachAsync(found, given => TenantsAsync(given, resolve, cancellationToken)).ConfigureAwait(false);
        if (Database is not null)
            found = await EachAsync(found, given => DatabasesAsync(given, cancellationToken)).ConfigureAwait(false);
        if (TenantSchema is not null)
            found = await EachAsync(found, given => SchemasAsync(given, cancellationToken)).ConfigureAwait(false);
        return [.. found.DistinctBy(target => target.Target).Where(target => Shard?.Holds(target.Place) ?? true)];
    }

    private static async Task<IReadOnlyList<ConnectionSettings>> EachAsync(
        IReadOnlyList<ConnectionSettings> connections,
        Func<ConnectionSettings, Task<IEnumerable<ConnectionSettings>>> search
    )
    {
        var found = new List<ConnectionSettings>();
        foreach (var given in connections)
            found.AddRange(await search(given).ConfigureAwait(false));
        return found;
    }

    private async Task<IEnumerable<ConnectionSettings>> TenantsAsync(
        ConnectionSettings catalog,
        Func<string, string, ConnectionSettings> resolve,
        CancellationToken cancellationToken
    )
    {
        var rows = await RowsAsync(
                catalog,
                [BatchStep.Unguarded("BEGIN READ ONLY"), BatchStep.Unguarded(Tenant!), BatchStep.Unguarded("COMMIT")],
                row => row.IsDBNull(0) ? null : row.GetValue(0).ToString(),
                cancellationToken
            )
            .ConfigureAwait(false);
        if (rows.Count == 0)
            throw Texts.Usage("TenantQueryEmpty", catalog.Target);
        return rows.Select(
            (row, index) =>
                string.IsNullOrWhiteSpace(row)
                    ? throw Texts.Usage("TenantWithoutConnection", catalog.Target, index + 1)
                    : resolve(row, $"-Tenant, row {index + 1}")
        );
    }

    private async Task<IEnumerable<ConnectionSettings>> DatabasesAsync(ConnectionSettings server, CancellationToken cancellationToken)
    {
        var names = await RowsAsync(server, [DatabasesSql], row => row.GetString(0), cancellationToken).ConfigureAwait(false);
        names = names.FindAll(name => Fits(Database, name));
        return names.Count == 0 ? throw Texts.Usage("TargetsNone", server.Target, "database", Database) : names.Select(server.WithDatabase);
    }

    private async Task<IEnumerable<ConnectionSettings>> SchemasAsync(ConnectionSettings database, CancellationToken cancellationToken)
    {
        // A record that came down the pipeline names its tenant, and means no other.
        if (database.Schema is not null)
            return [database];
        var history = ObjectName.Parse(HistoryTable ?? HistoryName.Default).Name;
        var query = new NpgsqlBatchCommand(SchemasSql) { Parameters = { new() { Value = history } } };
        var schemas = await RowsAsync(database, [query], row => (Name: row.GetString(0), Place: row[1] as int?), cancellationToken)
            .ConfigureAwait(false);
        var tenants = schemas.ToLookup(schema => schema.Name != "public" && Fits(TenantSchema, schema.Name));
        var shared = tenants[false].Where(schema => schema.Place is not null).OrderBy(schema => schema.Place).Select(schema => schema.Name);
        return tenants[true].Any()
            ? tenants[true].Select(schema => database.WithSchema(schema.Name, shared))
            : throw Texts.Usage("TargetsNone", database.Target, "schema", TenantSchema);
    }

    private static bool Fits(string? pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    private static async Task<List<T>> RowsAsync<T>(
        ConnectionSettings settings,
        IEnumerable<BatchStep> steps,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken
    )
    {
        var connection = await settings.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        try
        {
            return await connection
                .QueryAsync(steps, reader => reader.RowsAsync(read, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (PostgresException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Texts.Error(
                "TenantQueryFailed",
                ExitCode.Usage,
                new ErrorPlace(SqlState: e.SqlState, TargetName: settings.Target),
                e,
                settings.Target,
                settings.Redactor.Redact(e.MessageText)
            );
        }
        catch (Exception e) when (e is NpgsqlException or IOException && !cancellationToken.IsCancellationRequested)
        {
            throw ConnectionFailure.From(e, settings);
        }
    }
}
