using Npgsql;

namespace Mued.PsDb.Schema;

/// <summary>What goes before and after queries of the catalogs, and what the server tells of itself.</summary>
/// <param name="ServerVersion">The server's version, for example 17.5.</param>
/// <param name="User">The role that reads.</param>
internal sealed record CatalogSession(string ServerVersion, string User)
{
    /// <summary>
    /// What the text of an expression must not depend on, as pg_dump sets it (setup_connection), with the time zone and the currency of
    /// constants; and joins in the order in which they are written, and nothing compiled: to plan these queries costs more than to run them (PostgreSQL
    /// manual, Explicit JOIN Clauses, and When to JIT). The server's limits are lifted, as <see cref="Sql.ServerLimits"/> says, and under the search path of
    /// <see cref="Sql.SessionGuard"/> every name is printed with its schema.
    /// </summary>
    private static readonly (string Name, string Value)[] Settings =
    [
        ("join_collapse_limit", "1"),
        ("jit", "off"),
        ("TimeZone", "UTC"),
        ("DateStyle", "ISO, MDY"),
        ("IntervalStyle", "postgres"),
        ("bytea_output", "hex"),
        ("extra_float_digits", "1"),
        ("lc_monetary", "C"),
        ("quote_all_identifiers", "off"),
        ("standard_conforming_strings", "on"),
        ("statement_timeout", "0"),
    ];

    /// <summary>
    /// First of the batch: facts of the server, and the settings. The batch is one transaction, so the settings end with it; inside a
    /// caller's transaction, which has lifted that of transactions itself, <see cref="End"/> takes them back.
    /// </summary>
    public static string Begin { get; } =
        "SELECT pg_catalog.current_setting('server_version') AS version, current_user::pg_catalog.text AS role"
        + string.Concat(
            Settings.Select(setting =>
                $", pg_catalog.set_config('mued.{setting.Name}', pg_catalog.current_setting('{setting.Name}'), true)"
                + $", pg_catalog.set_config('{setting.Name}', '{setting.Value}', true)"
            )
        )
        + ", CASE WHEN pg_catalog.current_setting('transaction_timeout', true) IS NOT NULL"
        + " THEN pg_catalog.set_config('transaction_timeout', '0', true) END";

    /// <summary>Last of the batch.</summary>
    public static string End { get; } =
        "SELECT "
        + string.Join(
            ", ",
            Settings
                .AsEnumerable()
                .Reverse()
                .Select(setting => $"pg_catalog.set_config('{setting.Name}', pg_catalog.current_setting('mued.{setting.Name}'), true)")
        );

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
