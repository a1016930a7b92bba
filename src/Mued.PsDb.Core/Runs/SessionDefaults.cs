using Npgsql;
using NpgsqlTypes;

namespace Mued.PsDb.Runs;

/// <summary>
/// What a session was when it was opened: the role, and the settings. One migration must find it as the next run would, and a pooler
/// hands it on to other clients, so whatever a migration set, visibly or inside a function, is taken back.
/// </summary>
internal sealed class SessionDefaults
{
    // A pooler in transaction mode sets these for each client, so RESET ALL would leave those of the client that the server session
    // was opened for (PgBouncer manual, track_extra_parameters; it can only pass along what the server reports).
    private static readonly string[] PassedAlong =
    [
        "client_encoding",
        "standard_conforming_strings",
        "DateStyle",
        "IntervalStyle",
        "TimeZone",
        "search_path",
        "application_name",
    ];

    private readonly string[] names;
    private readonly string[] values;

    /// <summary>Notes what a connection is that was just opened.</summary>
    public SessionDefaults(NpgsqlConnection connection)
    {
        var reported = connection.PostgresParameters;
        names = [.. PassedAlong.Where(reported.ContainsKey)];
        values = [.. names.Select(name => reported[name])];
    }

    /// <summary>
    /// The commands that take everything back; inside a transaction, for then they are committed with the work or not at all, and by
    /// the same server session behind a pooler. They end SET LOCAL too (PostgreSQL manual, SET; SET SESSION AUTHORIZATION).
    /// </summary>
    public IEnumerable<NpgsqlBatchCommand> Restore() =>
        [
            // Not covered by RESET ALL; and the role of the connection's own options comes back only with RESET ROLE.
            new("RESET SESSION AUTHORIZATION"),
            new("RESET ROLE"),
            new("RESET ALL"),
            new("SELECT pg_catalog.set_config(s.name, s.value, false) FROM unnest($1, $2) AS s(name, value)")
            {
                Parameters =
                {
                    new() { Value = names, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                    new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                },
            },
        ];
}
