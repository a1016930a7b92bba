using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Inspection;

/// <summary>
/// The checks that come before any change, made from one query that travels in a batch of the caller's: they cost no round trip.
/// </summary>
internal static class Preflight
{
    /// <summary>The oldest major version that the migrations and the catalog queries are written for.</summary>
    public const int OldestMajor = 14;

    /// <summary>The newest major version that they were tried on.</summary>
    public const int NewestMajor = 18;

    // Names are looked up in pg_class rather than by to_regclass, which fails where the role lacks USAGE on the schema.
    private static readonly string Sql = $"""
        SELECT current_setting('server_version_num')::int,
               split_part(current_setting('server_version'), ' ', 1),
               clock_timestamp(),
               current_user::text,
               {SessionGuard.Schema}::text,
               pg_is_in_recovery(),
               current_setting('transaction_read_only') = 'on',
               EXISTS (SELECT FROM pg_namespace n
                       WHERE n.nspname = {SessionGuard.Schema} AND has_schema_privilege(n.oid, 'CREATE')),
               array_agg(found.name ORDER BY want.position),
               array_agg(found.key_type ORDER BY want.position),
               array_agg(coalesce(found.key_unique, false) ORDER BY want.position),
               array_agg(coalesce(found.can_reference, false) ORDER BY want.position)
        FROM unnest($1, $2) WITH ORDINALITY AS want (table_name, key_name, position)
        LEFT JOIN LATERAL (
            SELECT format('%I.%I', n.nspname, c.relname) AS name,
                   format_type(a.atttypid, a.atttypmod) AS key_type,
                   EXISTS (SELECT FROM pg_index i
                           WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
                             AND i.indpred IS NULL AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum) AS key_unique,
                   has_column_privilege(c.oid, a.attnum, 'REFERENCES') AS can_reference
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = want.key_name AND NOT a.attisdropped
            CROSS JOIN (SELECT {SessionGuard.Relation("want.table_name")} AS oid) AS visible
            WHERE c.relname = want.table_name AND c.relkind IN ('r', 'p')
              AND (c.oid = visible.oid OR n.nspname = {SessionGuard.Schema})
            ORDER BY c.oid IS NOT DISTINCT FROM visible.oid DESC
            LIMIT 1) found ON true
        """;

    /// <summary>The query, for a batch of the caller's.</summary>
    /// <param name="tables">The tables that the pending migrations build on; none for migrations that are not known.</param>
    public static NpgsqlBatchCommand Query(IReadOnlyList<RequiredTable> tables) =>
        new(Sql)
        {
            Parameters =
            {
                ArrayParameter.Texts(tables.Select(table => table.Name)),
                ArrayParameter.Texts(tables.Select(table => table.KeyColumn)),
            },
        };

    /// <summary>Reads the query's result set, on which the reader must stand, and leaves the reader on it.</summary>
    public static async Task<ServerFacts> ReadAsync(
        NpgsqlDataReader reader,
        IReadOnlyList<RequiredTable> tables,
        CancellationToken cancellationToken
    )
    {
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        // An aggregate over no rows is null.
        var names = tables.Count == 0 ? [] : reader.GetFieldValue<string?[]>(8);
        var types = tables.Count == 0 ? [] : reader.GetFieldValue<string?[]>(9);
        var unique = tables.Count == 0 ? [] : reader.GetFieldValue<bool[]>(10);
        var references = tables.Count == 0 ? [] : reader.GetFieldValue<bool[]>(11);
        return new(
            reader.GetInt32(0),
            reader.GetString(1),
            new DateTimeOffset(reader.GetDateTime(2)),
            reader.GetString(3),
            reader.GetString(4),
            reader.GetBoolean(5),
            reader.GetBoolean(6),
            reader.GetBoolean(7),
            tables.Select((table, index) => new TableFacts(table, names[index], types[index], unique[index], references[index])).ToArray()
        );
    }

    /// <summary>What stands in the way of applying migrations, the most basic first; empty when nothing does.</summary>
    public static IReadOnlyList<MuedException> Obstacles(ServerFacts facts, string target)
    {
        var obstacles = new List<MuedException>();
        if (facts.InRecovery)
            obstacles.Add(Obstacle("ServerInRecovery", target));
        else if (facts.ReadOnly)
            obstacles.Add(Obstacle(ErrorIds.ServerReadOnly, target, facts.Role));

        // Where migrations that are not known create their objects is not known either.
        if (!facts.CanCreate && facts.Tables.Count > 0)
            obstacles.Add(Obstacle(ErrorIds.CreateForbidden, target, facts.Role, facts.Schema));
        obstacles.AddRange(facts.Tables.Select(table => Obstacle(table, facts, target)).OfType<MuedException>());
        return obstacles;
    }

    /// <summary>Throws the first of <see cref="Obstacles"/>.</summary>
    /// <exception cref="MuedException">A check failed (<see cref="ExitCode.CheckFailed"/>); nothing has been changed.</exception>
    public static void Ensure(ServerFacts facts, string target)
    {
        if (Obstacles(facts, target) is [var first, ..])
            throw first;
    }

    /// <summary>What is wrong with a required table; null when nothing is.</summary>
    public static MuedException? Obstacle(TableFacts facts, ServerFacts server, string target) =>
        facts switch
        {
            { QualifiedName: null } => Obstacle("BaseTableMissing", target, facts.Table.Name, server.Schema),
            { Table.KeyColumn: null } => null,
            { KeyType: null } => Obstacle("BaseTableKeyMissing", target, facts.QualifiedName, facts.Table.KeyColumn, facts.Table.KeyType),
            { HasKey: false } when facts.KeyType != facts.Table.KeyType => Obstacle(
                "BaseTableKeyType",
                target,
                facts.QualifiedName,
                facts.Table.KeyColumn,
                facts.Table.KeyType,
                facts.KeyType
            ),
            { HasKey: false } => Obstacle("BaseTableKeyNotUnique", target, facts.QualifiedName, facts.Table.KeyColumn),
            { Table.Referenced: true, CanReference: false } => Obstacle(
                ErrorIds.ReferenceForbidden,
                target,
                facts.QualifiedName,
                server.Role
            ),
            _ => null,
        };

    private static MuedException Obstacle(string errorId, string target, params object?[] arguments) =>
        Texts.Error(errorId, ExitCode.CheckFailed, new ErrorPlace(TargetName: target), null, [target, .. arguments]);
}
