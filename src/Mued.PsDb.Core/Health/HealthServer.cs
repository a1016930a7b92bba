using Npgsql;

namespace Mued.PsDb.Health;

/// <summary>What a server says of itself.</summary>
/// <param name="Version">Its version.</param>
/// <param name="StatisticsSince">Since when it counts in this database; null for ever.</param>
/// <param name="RunningSince">When it was started.</param>
/// <param name="MaxConnections">The most connections.</param>
/// <param name="NeonEndpoint">The id of its endpoint where it is a Neon compute.</param>
internal sealed record HealthServer(
    string Version,
    DateTimeOffset? StatisticsSince,
    DateTimeOffset RunningSince,
    int MaxConnections,
    string? NeonEndpoint
)
{
    public const string Query = """
        SELECT current_setting('server_version'), d.stats_reset, pg_postmaster_start_time(), current_setting('max_connections')::integer,
            nullif(current_setting('neon.endpoint_id', true), '')
        FROM pg_database AS b LEFT JOIN pg_stat_database AS d ON d.datid = b.oid WHERE b.datname = current_database()
        """;

    public static HealthServer Of(NpgsqlDataReader reader) =>
        new(
            reader.GetString(0),
            reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1),
            reader.GetFieldValue<DateTimeOffset>(2),
            reader.GetInt32(3),
            reader.IsDBNull(4) ? null : reader.GetString(4)
        );

    /// <summary>What it says as a Neon compute; null when it is none. Neon's pooler is known by its host name alone.</summary>
    public NeonCompute? Neon(ConnectionSettings settings) =>
        NeonEndpoint is null && !settings.Host.EndsWith(".neon.tech", StringComparison.OrdinalIgnoreCase)
            ? null
            : new(
                NeonEndpoint,
                settings.Host.Split('.')[0].EndsWith("-pooler", StringComparison.OrdinalIgnoreCase),
                RunningSince,
                MaxConnections
            );
}
