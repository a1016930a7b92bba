namespace Mued.PsDb.Connections;

/// <summary>What is done with a connection parameter.</summary>
internal enum KeywordUse
{
    /// <summary>It shapes the connection.</summary>
    Used,

    /// <summary>It has no meaning here and leaving it out changes nothing that matters: accepted in silence.</summary>
    Harmless,

    /// <summary>Npgsql has no equivalent: accepted with a remark.</summary>
    Ignored,

    /// <summary>Leaving it out would weaken or change what was asked for: an error.</summary>
    Refused,
}

/// <summary>
/// The connection parameters of libpq (PostgreSQL documentation, "Parameter Key Words" and "Environment Variables" of libpq),
/// and those that other tools add to a URI.
/// </summary>
/// <param name="Name">The keyword.</param>
/// <param name="Variable">The environment variable that is its default; null when it has none.</param>
/// <param name="Use">What is done with it.</param>
internal sealed record LibpqKeyword(string Name, string? Variable, KeywordUse Use)
{
    private static readonly LibpqKeyword[] Table =
    [
        new("host", "PGHOST", KeywordUse.Used),
        new("hostaddr", "PGHOSTADDR", KeywordUse.Used),
        new("port", "PGPORT", KeywordUse.Used),
        new("dbname", "PGDATABASE", KeywordUse.Used),
        new("user", "PGUSER", KeywordUse.Used),
        new("password", "PGPASSWORD", KeywordUse.Used),
        new("passfile", "PGPASSFILE", KeywordUse.Used),
        new("require_auth", "PGREQUIREAUTH", KeywordUse.Used),
        new("channel_binding", "PGCHANNELBINDING", KeywordUse.Used),
        new("connect_timeout", "PGCONNECT_TIMEOUT", KeywordUse.Used),
        new("options", "PGOPTIONS", KeywordUse.Used),
        new("application_name", "PGAPPNAME", KeywordUse.Used),
        new("fallback_application_name", null, KeywordUse.Used),
        new("keepalives", null, KeywordUse.Used),
        new("keepalives_idle", null, KeywordUse.Used),
        new("keepalives_interval", null, KeywordUse.Used),
        new("sslmode", "PGSSLMODE", KeywordUse.Used),
        new("sslnegotiation", "PGSSLNEGOTIATION", KeywordUse.Used),
        new("sslcert", "PGSSLCERT", KeywordUse.Used),
        new("sslkey", "PGSSLKEY", KeywordUse.Used),
        new("sslpassword", null, KeywordUse.Used),
        new("sslrootcert", "PGSSLROOTCERT", KeywordUse.Used),
        new("ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION", KeywordUse.Used),
        new("ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION", KeywordUse.Used),
        new("krbsrvname", "PGKRBSRVNAME", KeywordUse.Used),
        new("gssencmode", "PGGSSENCMODE", KeywordUse.Used),
        new("target_session_attrs", "PGTARGETSESSIONATTRS", KeywordUse.Used),
        new("load_balance_hosts", "PGLOADBALANCEHOSTS", KeywordUse.Used),
        new("client_encoding", "PGCLIENTENCODING", KeywordUse.Used),
        new("keepalives_count", null, KeywordUse.Ignored),
        new("tcp_user_timeout", null, KeywordUse.Ignored),
        new("sslsni", "PGSSLSNI", KeywordUse.Ignored),
        new("sslkeylogfile", null, KeywordUse.Ignored),
        new("sslcompression", "PGSSLCOMPRESSION", KeywordUse.Harmless),
        new("gsslib", "PGGSSLIB", KeywordUse.Harmless),
        new("gssdelegation", "PGGSSDELEGATION", KeywordUse.Harmless),
        new("min_protocol_version", "PGMINPROTOCOLVERSION", KeywordUse.Harmless),
        new("max_protocol_version", "PGMAXPROTOCOLVERSION", KeywordUse.Harmless),
        new("service", "PGSERVICE", KeywordUse.Refused),
        new("servicefile", "PGSERVICEFILE", KeywordUse.Refused),
        new("replication", null, KeywordUse.Refused),
        new("requirepeer", "PGREQUIREPEER", KeywordUse.Refused),
        new("sslcrl", "PGSSLCRL", KeywordUse.Refused),
        new("sslcrldir", "PGSSLCRLDIR", KeywordUse.Refused),
        new("sslcertmode", "PGSSLCERTMODE", KeywordUse.Refused),
        new("scram_client_key", null, KeywordUse.Refused),
        new("scram_server_key", null, KeywordUse.Refused),
        // What Node tools (node-postgres, Prisma), JDBC and poolers add to a URI.
        new("ssl", null, KeywordUse.Used),
        new("schema", null, KeywordUse.Used),
        new("uselibpqcompat", null, KeywordUse.Harmless),
        new("pgbouncer", null, KeywordUse.Harmless),
        new("connection_limit", null, KeywordUse.Harmless),
        new("pool_timeout", null, KeywordUse.Harmless),
        new("statement_cache_size", null, KeywordUse.Harmless),
        new("socket_timeout", null, KeywordUse.Ignored),
        new("sslaccept", null, KeywordUse.Ignored),
    ];

    private static readonly Dictionary<string, LibpqKeyword> ByName = Table.ToDictionary(keyword => keyword.Name, StringComparer.Ordinal);

    /// <summary>Every keyword.</summary>
    public static IReadOnlyList<LibpqKeyword> All => Table;

    /// <summary>The keyword of that name, or null.</summary>
    public static LibpqKeyword? Find(string name) => ByName.GetValueOrDefault(name);
}
