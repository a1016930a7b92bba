using System.Text.Json;
using Mued.PsDb.Phase2;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb;

/// <summary>The plugins that the database knows.</summary>
public static class PluginRegistry
{
    private const string Grants = "GRANT SELECT, UPDATE ON public.plugin_registry TO {0}";

    private const string Read = """
        SELECT name, source, version, coalesce(enabled, false), capabilities::text, api_endpoint, api_key_env_var, last_health_check, health_status
        FROM public.plugin_registry ORDER BY name
        """;

    // One row a plugin that was asked, in one statement: all are written or none.
    private const string Write = """
        UPDATE public.plugin_registry AS p SET last_health_check = clock_timestamp() AT TIME ZONE 'UTC', health_status = h.status
        FROM unnest($1, $2) AS h (name, status) WHERE p.name = h.name
        """;

    /// <summary>Reads them, in one round trip.</summary>
    /// <param name="settings">The database.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>The plugins, by name.</returns>
    /// <exception cref="MuedException">Phase 2 is not there, or the role may not read it (exit code 1); no connection (3).</exception>
    public static Task<IReadOnlyList<PluginInfo>> ReadAsync(ConnectionSettings settings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Phase2Tables.QueryAsync(
            settings,
            ["BEGIN READ ONLY", ServerLimits.LiftInBatch(Phase2Tables.LongestWait), Read, "COMMIT"],
            Grants,
            reader => RowsAsync(reader, cancellationToken),
            cancellationToken
        );
    }

    /// <summary>Writes the health of those that were asked.</summary>
    internal static Task WriteAsync(ConnectionSettings settings, IReadOnlyList<PluginResult> asked, CancellationToken cancellationToken)
    {
        var command = new NpgsqlBatchCommand(Write);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. asked.Select(item => item.Plugin.Name)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. asked.Select(item => Word(item.Health))] });
        return Phase2Tables.QueryAsync(
            settings,
            ["BEGIN", ServerLimits.LiftInBatch(Phase2Tables.LongestWait), command, "COMMIT"],
            Grants,
            async reader =>
            {
                while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false)) { }
                return true;
            },
            cancellationToken
        );
    }

    // As the index of Phase 2 has it.
    private static string Word(PluginHealth health) =>
        health switch
        {
            PluginHealth.Healthy => "healthy",
            PluginHealth.Degraded => "degraded",
            _ => "unhealthy",
        };

    private static async Task<IReadOnlyList<PluginInfo>> RowsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var plugins = new List<PluginInfo>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var json = reader.GetString(4);
            plugins.Add(
                new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetBoolean(3))
                {
                    Capabilities = Enabled(json),
                    CapabilitiesJson = json,
                    ApiEndpoint = Text(5),
                    ApiKeyVariable = Text(6),
                    LastHealthCheck = reader.IsDBNull(7) ? null : DateTime.SpecifyKind(reader.GetDateTime(7), DateTimeKind.Utc),
                    HealthStatus = Text(8),
                }
            );
        }

        return plugins;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    private static List<string> Enabled(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind != JsonValueKind.Object
            ? []
            :
            [
                .. document
                    .RootElement.EnumerateObject()
                    .Where(item => item.Value.ValueKind == JsonValueKind.True)
                    .Select(item => item.Name),
            ];
    }
}
