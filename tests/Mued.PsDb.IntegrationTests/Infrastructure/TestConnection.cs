using System.Web;
using Npgsql;

namespace Mued.PsDb.Tests;

/// <summary>Plain connections for arranging and checking tests: they share no code with the engine under test.</summary>
internal static class TestConnection
{
    /// <summary>An unpooled connection by URI.</summary>
    public static async Task<NpgsqlConnection> OpenAsync(string url)
    {
        var connection = new NpgsqlConnection(StringFor(url));
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Runs SQL text of one or more statements; several share one implicit transaction, as the protocol has it.</summary>
    public static async Task ExecuteAsync(string url, string sql)
    {
        await using var connection = await OpenAsync(url);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The engine's settings for a test server's URI, resolved without the environment of this process.</summary>
    public static ConnectionSettings SettingsFor(string url) =>
        ConnectionSettings.Resolve(new() { Connection = url, EnvironmentVariables = new Dictionary<string, string?>() });

    /// <summary>Npgsql's form of a test server's URI.</summary>
    public static string StringFor(string url)
    {
        var uri = new Uri(url);
        var user = uri.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
            Pooling = false,
            GssEncryptionMode = GssEncryptionMode.Disable,
            IncludeErrorDetail = true,
        };
        if (HttpUtility.ParseQueryString(uri.Query)["sslmode"] is { } mode)
            builder["SSL Mode"] = mode.Replace("-", "", StringComparison.Ordinal);
        return builder.ConnectionString;
    }
}
