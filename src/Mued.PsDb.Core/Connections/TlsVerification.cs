using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Connections;

/// <summary>
/// How the server's certificate is checked: libpq's verify-ca and verify-full (PostgreSQL documentation, "SSL Support" of libpq).
/// Npgsql's own check says only yes or no; this one says why not.
/// </summary>
internal sealed class TlsVerification
{
    private readonly bool checkAuthority;
    private readonly bool checkName;
    private readonly X509Certificate2Collection? roots;
    private readonly SslProtocols protocols;
    private readonly bool checkRevocation;

    private TlsVerification(
        bool checkAuthority,
        bool checkName,
        X509Certificate2Collection? roots,
        SslProtocols protocols,
        bool checkRevocation
    )
    {
        this.checkAuthority = checkAuthority;
        this.checkName = checkName;
        this.roots = roots;
        this.protocols = protocols;
        this.checkRevocation = checkRevocation;
    }

    /// <summary>What the parameters ask for.</summary>
    /// <param name="parameters">The connection.</param>
    /// <param name="mode">Its sslmode, after the defaults.</param>
    /// <param name="environment">Says where libpq's default root certificate would be.</param>
    /// <exception cref="MuedException">The root certificate cannot be read, or a protocol version is unknown.</exception>
    public static TlsVerification From(ConnectionParameters parameters, string mode, EnvironmentVariables environment)
    {
        var root = parameters["sslrootcert"];
        var system = root == "system";
        if (system && mode != "verify-full")
            throw Texts.Usage("SystemRootNeedsVerifyFull", parameters.Source);

        var path = system ? null : root ?? environment.DefaultFile("root.crt");
        // libpq: with a root certificate at hand, require checks it.
        var checkAuthority = mode is "verify-ca" or "verify-full" || (mode == "require" && path is not null);
        return new(
            checkAuthority,
            mode == "verify-full",
            checkAuthority && path is not null ? LoadRoots(path) : null,
            Protocols(parameters),
            parameters.Extras.CheckCertificateRevocation
        );
    }

    /// <summary>Applies the check to a TLS handshake.</summary>
    /// <param name="options">The handshake.</param>
    /// <param name="name">The name that the certificate must bear; null for the host that is connected to.</param>
    /// <param name="link">Takes note of the handshake.</param>
    public void Configure(SslClientAuthenticationOptions options, string? name, TlsLink link)
    {
        options.TargetHost = name ?? options.TargetHost;
        options.EnabledSslProtocols = protocols;
        options.CertificateRevocationCheckMode = checkAuthority && checkRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck;
        options.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
        {
            link.Attach(sender);
            return !checkAuthority || Validate(certificate, chain, errors);
        };
    }

    // Throws instead of answering false: the exception carries the reason through Npgsql.
    private bool Validate(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || chain is null)
            throw new TlsRejectedException(TlsRejection.Handshake);

        var trusted = !errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors);
        if (roots is not null)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(roots);
            trusted = chain.Build(certificate as X509Certificate2 ?? new X509Certificate2(certificate));
        }

        if (!trusted)
        {
            var expired = Array.TrueForAll(chain.ChainStatus, status => status.Status == X509ChainStatusFlags.NotTimeValid);
            throw new TlsRejectedException(expired ? TlsRejection.Expired : TlsRejection.UnknownAuthority);
        }

        return checkName && errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? throw new TlsRejectedException(TlsRejection.NameMismatch)
            : true;
    }

    private static X509Certificate2Collection LoadRoots(string path)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPemFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Texts.Usage("RootCertificateUnreadable", path);
        }

        return certificates.Count > 0 ? certificates : throw Texts.Usage("RootCertificateUnreadable", path);
    }

    // SslProtocols.None leaves the choice to the operating system, which is at least TLS 1.2 today, as is libpq's default.
    [SuppressMessage("Security", "CA5397", Justification = "Only when the caller asks for a version by ssl_min_protocol_version.")]
    [SuppressMessage("Security", "CA5398", Justification = "Only when the caller asks for a version by ssl_min_protocol_version.")]
    private static SslProtocols Protocols(ConnectionParameters parameters) =>
        (Version(parameters, "ssl_min_protocol_version"), Version(parameters, "ssl_max_protocol_version")) switch
        {
            (13, _) => SslProtocols.Tls13,
            (_, 12) => SslProtocols.Tls12,
            (_, < 12) => throw Texts.Usage("ParameterInvalid", parameters.Source, "ssl_max_protocol_version", "TLSv1.2, TLSv1.3"),
            _ => SslProtocols.None,
        };

    private static int? Version(ConnectionParameters parameters, string name) =>
        parameters[name]?.ToLowerInvariant() switch
        {
            null => null,
            "tlsv1" => 10,
            "tlsv1.1" => 11,
            "tlsv1.2" => 12,
            "tlsv1.3" => 13,
            _ => throw Texts.Usage("ParameterInvalid", parameters.Source, name, "TLSv1, TLSv1.1, TLSv1.2, TLSv1.3"),
        };
}
