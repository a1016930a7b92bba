using System.Data.Common;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Connections;

/// <summary>Reads Npgsql's own connection strings, <c>Host=…;Database=…</c>, into libpq's keywords.</summary>
internal static class NpgsqlConnectionString
{
    private static readonly (string Npgsql, string Libpq)[] Names =
    [
        ("Host", "host"),
        ("Port", "port"),
        ("Database", "dbname"),
        ("Username", "user"),
        ("Password", "password"),
        ("Passfile", "passfile"),
        ("Application Name", "application_name"),
        ("Options", "options"),
        ("Timeout", "connect_timeout"),
        ("SSL Mode", "sslmode"),
        ("SSL Negotiation", "sslnegotiation"),
        ("SSL Certificate", "sslcert"),
        ("SSL Key", "sslkey"),
        ("SSL Password", "sslpassword"),
        ("Root Certificate", "sslrootcert"),
        ("Channel Binding", "channel_binding"),
        ("Require Auth", "require_auth"),
        ("Target Session Attributes", "target_session_attrs"),
        ("Kerberos Service Name", "krbsrvname"),
        ("TCP Keepalive Time", "keepalives_idle"),
        ("TCP Keepalive Interval", "keepalives_interval"),
        ("GSS Encryption Mode", "gssencmode"),
    ];

    /// <summary>The parameters of the string.</summary>
    /// <exception cref="MuedException">The string is malformed, or a keyword or a value is not Npgsql's.</exception>
    public static ConnectionParameters Parse(string text, string source)
    {
        var parameters = new ConnectionParameters(source)
        {
            HidesNames =
                text.Contains("password", StringComparison.OrdinalIgnoreCase) || text.Contains("pwd", StringComparison.OrdinalIgnoreCase),
        };
        foreach (var (keyword, value) in ReadPairs(text, source))
            SetKeyword(parameters, keyword, value);

        var settings = parameters.Extras;
        if (settings.ShouldSerialize("Command Timeout") && settings.CommandTimeout != 0)
            parameters.Warn(Texts.Get("CommandTimeoutIgnored", source));
        if (settings.ShouldSerialize("Load Balance Hosts"))
            parameters.Set("load_balance_hosts", settings.LoadBalanceHosts ? "random" : "disable");
        foreach (var (npgsql, libpq) in Names)
        {
            if (!settings.ShouldSerialize(npgsql))
                continue;
            parameters.Set(libpq, LibpqValue(libpq, settings[npgsql]?.ToString() ?? ""));
            settings.Remove(npgsql);
        }

        SplitHosts(parameters);
        return parameters;
    }

    // The general builder knows no keyword, so a malformed string is told apart from an unknown keyword.
    private static List<(string Keyword, string Value)> ReadPairs(string text, string source)
    {
        try
        {
            var pairs = new DbConnectionStringBuilder { ConnectionString = text };
            if (pairs.Count > 0)
                return pairs.Keys.Cast<string>().Select(keyword => (keyword, pairs[keyword].ToString()!)).ToList();
        }
        catch (ArgumentException)
        {
            // Its message may quote the string.
        }

        throw Texts.Usage("ConnectionStringMalformed", source);
    }

    private static void SetKeyword(ConnectionParameters parameters, string keyword, string value)
    {
        try
        {
            parameters.Extras[keyword] = value;
        }
        catch (ArgumentException e) when (e.InnerException is KeyNotFoundException)
        {
            throw parameters.Unknown(keyword, parameters.Extras.Keys.Concat(Names.Select(name => name.Npgsql)));
        }
        catch (Exception e) when (e is ArgumentException or InvalidCastException)
        {
            // The driver's exception is left out: it quotes the value.
            throw Texts.Usage("ParameterInvalid", parameters.Source, keyword, "see the Npgsql documentation, Connection String Parameters");
        }
    }

    private static string LibpqValue(string keyword, string value) =>
        keyword switch
        {
            "sslmode" => value.ToLowerInvariant() switch
            {
                "verifyca" => "verify-ca",
                "verifyfull" => "verify-full",
                var mode => mode,
            },
            "sslnegotiation" or "channel_binding" or "gssencmode" => value.ToLowerInvariant(),
            _ => value,
        };

    // Npgsql writes host:port,host:port where libpq has two lists.
    private static void SplitHosts(ConnectionParameters parameters)
    {
        if (parameters["host"] is not { } list)
            return;

        var hosts = new List<string>();
        var ports = new List<string>();
        foreach (var item in list.Split(',', StringSplitOptions.TrimEntries))
        {
            var bracket = item.StartsWith('[') ? item.IndexOf(']', StringComparison.Ordinal) : -1;
            var colon = item.LastIndexOf(':');
            var hasPort = !item.StartsWith('/') && colon > bracket && (bracket > 0 || item.IndexOf(':', StringComparison.Ordinal) == colon);
            var host = hasPort ? item[..colon] : item;
            hosts.Add(bracket > 0 ? host.Trim('[', ']') : host);
            ports.Add(hasPort ? item[(colon + 1)..] : parameters["port"] ?? "");
        }

        parameters.Set("host", string.Join(',', hosts));
        if (ports.Exists(port => port.Length > 0))
            parameters.Set("port", string.Join(',', ports));
    }
}
