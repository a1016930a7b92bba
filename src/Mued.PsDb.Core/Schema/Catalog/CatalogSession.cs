using Npgsql;

namespace Mued.PsDb.Schema;

/// <summary>What goes before and after queries of the catalogs, and what the server tells of itself.</summary>
/// <param name="ServerVersion">The server's version, for example 17.5.</param>
/// <param name="User">The role that reads.</param>
internal sealed record CatalogSession(string ServerVersion, string User)
{
    /// <summary>
    /// First of the batch: facts of the server, a search path under which every name is printed with its schema, and joins in the order
    /// in which they are written: to plan these queries costs more than to run them (PostgreSQL manual, Explicit JOIN Clauses). The
    /// batch is one transaction, so the settings end with it; inside a caller's transaction <see cref="End"/> takes them back.
    /// </summary>
    public const string Begin = """
        SELECT pg_catalog.current_setting('server_version') AS version, current_user::pg_catalog.text AS role,
               pg_catalog.set_config('mued.search_path', pg_catalog.current_setting('search_path'), true),
               pg_catalog.set_config('mued.join_collapse_limit', pg_catalog.current_setting('join_collapse_limit'), true),
               pg_catalog.set_config('search_path', 'pg_catalog', true),
               pg_catalog.set_config('join_collapse_limit', '1', true)
        """;

    /// <summary>Last of the batch.</summary>
    public const string End = """
        SELECT pg_catalog.set_config('join_collapse_limit', pg_catalog.current_setting('mued.join_collapse_limit'), true),
               pg_catalog.set_config('search_path', pg_catalog.current_setting('mued.search_path'), true)
        """;

    /// <summary>Reads the result of <see cref="Begin"/> and goes on to the next.</summary>
    public static async Task<CatalogSession> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var row = new CatalogRow(reader);
        var session = new CatalogSession(NumberOf(row.Text("version")), row.Text("role"));
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        return session;
    }

    /// <summary>Distributions append their own words: "15.18 (Debian 15.18-0+deb12u1)".</summary>
    private static string NumberOf(string setting) =>
        setting.IndexOf(' ', StringComparison.Ordinal) is var space and > 0 ? setting[..space] : setting;
}
