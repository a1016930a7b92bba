using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Mued.PsDb.Connections;

/// <summary>
/// The TLS layer of one connection, which Npgsql keeps to itself. The server's pg_stat_ssl would not do: behind a proxy such as
/// Neon's or PgBouncer it describes the link from the proxy to the server.
/// </summary>
internal sealed class TlsLink
{
    private SslStream? stream;

    /// <summary>Whether the connection is encrypted.</summary>
    // With sslmode=prefer, Npgsql may drop an encrypted try and go on without.
    public bool IsActive => stream is { CanRead: true, IsEncrypted: true };

    /// <summary>The version, for example Tls13.</summary>
    public string? Protocol => IsActive ? stream!.SslProtocol.ToString() : null;

    /// <summary>The cipher suite.</summary>
    public string? Cipher => IsActive ? stream!.NegotiatedCipherSuite.ToString() : null;

    /// <summary>When the certificate that the server has shown ends; null without one.</summary>
    public DateTimeOffset? CertificateEnd => IsActive && stream!.RemoteCertificate is X509Certificate2 shown ? shown.NotAfter : null;

    /// <summary>Takes note of a handshake.</summary>
    public void Attach(object handshake) => stream = handshake as SslStream;
}
