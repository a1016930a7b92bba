using System.Globalization;
using Mued.PsDb.Foundation;
using Npgsql;

namespace Mued.PsDb.Connections;

/// <summary>Translates libpq's keywords into Npgsql's settings, and adds what this project always wants.</summary>
internal static class DriverSettings
{
    private static readonly string[] SslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

    /// <summary>
    /// The sslmode after the defaults. For a server on this machine it is libpq's default, prefer; for any other it is require, so that
    /// a password and a schema never cross a network in the clear unless somebody asked for that.
    /// </summary>
    public static string SslMode(ConnectionParameters parameters, IReadOnlyList<ConnectionEndpoint> endpoints)
    {
        var remote = endpoints.Any(endpoint => !endpoint.IsLocal);
        var mode =
            parameters["sslmode"]
            ?? (
                parameters["sslrootcert"] == "system" ? "verify-full"
                : remote ? "require"
                : "prefer"
            );
        if (!SslModes.Contains(mode))
            throw Invalid(parameters, "sslmode", string.Join(", ", SslModes));
        if (endpoints.All(endpoint => endpoint.IsSocket))
            return "disable";
        if (remote && mode == "disable")
            parameters.Warn(Texts.Get("TlsDisabledRemotely"));
        else if (remote && mode is "allow" or "prefer")
            parameters.Warn(Texts.Get("TlsOptionalRemotely", mode));
        return mode;
    }

    /// <summary>Npgsql's settings for a connection.</summary>
    public static NpgsqlConnectionStringBuilder Create(
        ConnectionParameters parameters,
        IReadOnlyList<ConnectionEndpoint> endpoints,
        string sslMode,
        TimeSpan? connectTimeout
    )
    {
        var settings = new NpgsqlConnectionStringBuilder(parameters.Extras.ConnectionString)
        {
            Host =
                endpoints.Count == 1
                    ? parameters["hostaddr"] ?? endpoints[0].Host
                    : string.Join(',', endpoints.Select(endpoint => endpoint.ToString())),
            Port = endpoints[0].Port,
            Username = parameters["user"] ?? Environment.UserName,
            Password = parameters["password"],
            Database = parameters["dbname"] ?? parameters["user"] ?? Environment.UserName,
            Timeout = Timeout(parameters, connectTimeout),
            Options = parameters["options"],
            SslCertificate = ExistingFile(parameters, "sslcert"),
            SslKey = ExistingFile(parameters, "sslkey"),
            SslPassword = parameters["sslpassword"],
        };
        ApplySecurity(settings, parameters, sslMode);
        ApplyHosts(settings, parameters, endpoints);
        ApplyPolicy(settings, parameters);
        return settings;
    }

    private static void ApplySecurity(NpgsqlConnectionStringBuilder settings, ConnectionParameters parameters, string sslMode)
    {
        settings.SslMode = sslMode switch
        {
            "disable" => Npgsql.SslMode.Disable,
            "allow" => Npgsql.SslMode.Allow,
            "prefer" => Npgsql.SslMode.Prefer,
            // The certificate is checked by TlsVerification.
            _ => Npgsql.SslMode.Require,
        };
        settings.SslNegotiation = parameters["sslnegotiation"] switch
        {
            null or "postgres" => SslNegotiation.Postgres,
            "direct" when settings.SslMode == Npgsql.SslMode.Require => SslNegotiation.Direct,
            "direct" => throw Invalid(parameters, "sslnegotiation", "direct needs sslmode=require or stronger"),
            _ => throw Invalid(parameters, "sslnegotiation", "postgres, direct"),
        };
        settings.ChannelBinding = parameters["channel_binding"] switch
        {
            null or "prefer" => ChannelBinding.Prefer,
            "require" => ChannelBinding.Require,
            "disable" => ChannelBinding.Disable,
            _ => throw Invalid(parameters, "channel_binding", "disable, prefer, require"),
        };
        if (parameters["gssencmode"] is not (null or "disable" or "prefer"))
            throw Invalid(parameters, "gssencmode", "disable, prefer; GSSAPI encryption is not offered");
        if (parameters["client_encoding"] is { } encoding && encoding.ToUpperInvariant() is not ("AUTO" or "UTF8" or "UTF-8" or "UNICODE"))
            parameters.Warn(Texts.Get("ParameterIgnored", parameters.Source, "client_encoding"));
        if (parameters["require_auth"] is { } methods)
            settings.RequireAuth = RequireAuth(parameters, methods);
        if (settings.ChannelBinding == ChannelBinding.Require)
            RequireChannelBinding(settings, parameters);
        if (parameters["krbsrvname"] is { } service)
            settings.KerberosServiceName = service;
    }

    /// <summary>
    /// Npgsql looks at channel binding only when the server asks for SCRAM, and would answer any other request, one for the password in
    /// clear text included. libpq refuses whatever does not bind the channel: another method, none at all, a connection without TLS
    /// (PostgreSQL documentation, "Parameter Key Words" of libpq, channel_binding).
    /// </summary>
    private static void RequireChannelBinding(NpgsqlConnectionStringBuilder settings, ConnectionParameters parameters)
    {
        const string scram = "ScramSHA256";
        if (settings.SslMode == Npgsql.SslMode.Disable)
            throw Invalid(parameters, "channel_binding", "disable, prefer; require needs TLS, which this connection does without");
        if (settings.RequireAuth is { } methods && methods.Contains('!') == methods.Contains(scram, StringComparison.Ordinal))
            throw Invalid(parameters, "require_auth", "scram-sha-256, since channel_binding=require allows nothing else");
        settings.SslMode = Npgsql.SslMode.Require;
        settings.RequireAuth = scram;
    }

    private static void ApplyHosts(
        NpgsqlConnectionStringBuilder settings,
        ConnectionParameters parameters,
        IReadOnlyList<ConnectionEndpoint> endpoints
    )
    {
        if (parameters["hostaddr"] is { } address && (endpoints.Count > 1 || address.Contains(',', StringComparison.Ordinal)))
            throw Texts.Usage("ParameterRefused", parameters.Source, "hostaddr");
        if (endpoints.Count > 1)
        {
            settings.LoadBalanceHosts = parameters["load_balance_hosts"] switch
            {
                null or "disable" => false,
                "random" => true,
                _ => throw Invalid(parameters, "load_balance_hosts", "disable, random"),
            };
            if (TargetSession(parameters) is { } session)
                settings.TargetSessionAttributes = session;
        }

        if (endpoints.Any(endpoint => endpoint.IsSocket) || parameters["keepalives"] == "0")
            return;
        // A long statement is silent on the wire: without these a dead peer would be noticed after hours.
        settings.TcpKeepAliveTime = Seconds(parameters, "keepalives_idle") is > 0 and var idle ? idle : 30;
        settings.TcpKeepAliveInterval = Seconds(parameters, "keepalives_interval") is > 0 and var interval ? interval : 10;
    }

    private static void ApplyPolicy(NpgsqlConnectionStringBuilder settings, ConnectionParameters parameters)
    {
        settings.ApplicationName =
            parameters["application_name"]
            ?? parameters["fallback_application_name"]
            ?? "Mued.PsDb " + typeof(DriverSettings).Assembly.GetName().Version?.ToString(3);
        settings.Pooling = false;
        settings.Multiplexing = false;
        settings.Enlist = false;
        settings.GssEncryptionMode = GssEncryptionMode.Disable;
        settings.NoResetOnClose = true;
        settings.CommandTimeout = 0;

        // Nothing is prepared but what the engine prepares itself (RunSession); with 0 the driver would not use that in a batch beside others.
        settings.MaxAutoPrepare = 1;
        settings.AutoPrepareMinUsages = int.MaxValue;
        settings.ClientEncoding = "UTF8";
        settings.Encoding = "UTF8";
        settings.PersistSecurityInfo = false;
        settings.LogParameters = false;

        // Which statement of a batch failed; the engine turns it into file, line and column.
        settings.IncludeFailedBatchedCommand = true;
    }

    /// <summary>The state that the server must be in; null when any will do.</summary>
    public static string? TargetSession(ConnectionParameters parameters) =>
        parameters["target_session_attrs"]?.ToLowerInvariant() switch
        {
            null or "any" => null,
            "read-write" or "read-only" or "primary" or "standby" or "prefer-standby" or "prefer-primary" => parameters[
                "target_session_attrs"
            ]!.ToLowerInvariant(),
            _ => throw Invalid(parameters, "target_session_attrs", "any, read-write, read-only, primary, standby, prefer-standby"),
        };

    // Npgsql takes at most 1024 seconds, and 0 for no limit; libpq takes 0 and negative numbers for no limit.
    private static int Timeout(ConnectionParameters parameters, TimeSpan? requested)
    {
        var seconds = requested is { } time
            ? Math.Ceiling(time.TotalSeconds)
            : Seconds(parameters, "connect_timeout") ?? ConnectionRequest.DefaultConnectTimeout.TotalSeconds;
        return (int)Math.Clamp(seconds, 0, 1024);
    }

    private static int? Seconds(ConnectionParameters parameters, string name) =>
        parameters[name] switch
        {
            null => null,
            var text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) => seconds,
            _ => throw Invalid(parameters, name, "a number of seconds"),
        };

    private static string? ExistingFile(ConnectionParameters parameters, string name) =>
        parameters[name] is { } path && !File.Exists(path) ? throw Texts.Usage("CertificateFileMissing", name, path) : parameters[name];

    private static string RequireAuth(ConnectionParameters parameters, string methods) =>
        string.Join(
            ',',
            methods
                .Split(',', StringSplitOptions.TrimEntries)
                .Select(method =>
                {
                    var negative = method.StartsWith('!') ? "!" : "";
                    return negative
                        + (
                            method.TrimStart('!').ToLowerInvariant() switch
                            {
                                "password" => "Password",
                                "md5" => "MD5",
                                "gss" => "GSS",
                                "sspi" => "SSPI",
                                "scram-sha-256" or "scramsha256" => "ScramSHA256",
                                "none" => "None",
                                _ => throw Invalid(parameters, "require_auth", "password, md5, gss, sspi, scram-sha-256, none"),
                            }
                        );
                })
        );

    private static MuedException Invalid(ConnectionParameters parameters, string name, string allowed) =>
        Texts.Usage("ParameterInvalid", parameters.Source, name, allowed);
}
