using Mued.PsDb.Connections;
using Mued.PsDb.Sql;

namespace Mued.PsDb;

/// <summary>A database of a sandbox, with tables of a script in it.</summary>
public static class SandboxDatabase
{
    /// <summary>Creates a database and runs a script in it, for a demo or a trial.</summary>
    /// <param name="server">The sandbox.</param>
    /// <param name="name">The name of the new database.</param>
    /// <param name="script">The SQL file to run, for example <see cref="BundledSql.SandboxBase"/>.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>The database.</returns>
    public static async Task<ConnectionSettings> CreateAsync(
        SandboxServer server,
        string name,
        string script,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(server);
        var sql = SqlScript.Parse(SqlFile.Decode(BundledSql.ReadAllBytes(script), script), script);
        var settings = await CopyAsync(server, name, "template1", cancellationToken).ConfigureAwait(false);
        await RunAsync(settings, sql.Statements.Select(sql.TextOf), cancellationToken).ConfigureAwait(false);
        return settings;
    }

    /// <summary>Creates a database as a copy of another, which nobody may be connected to.</summary>
    internal static async Task<ConnectionSettings> CopyAsync(
        SandboxServer server,
        string name,
        string template,
        CancellationToken cancellationToken
    )
    {
        await RunAsync(
                Settings(server.Url),
                [$"CREATE DATABASE {SqlIdentifier.Quote(name)} TEMPLATE {SqlIdentifier.Quote(template)}"],
                cancellationToken
            )
            .ConfigureAwait(false);
        return Settings(server.UrlOf(name));
    }

    private static ConnectionSettings Settings(string url) =>
        ConnectionSettings.Resolve(new() { Connection = url, ConnectionSource = "sandbox" });

    private static async Task RunAsync(ConnectionSettings settings, IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        var connection = await settings.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
            await connection.ExecuteAsync([.. statements.Select(BatchStep.Bare)], cancellationToken).ConfigureAwait(false);
    }
}
