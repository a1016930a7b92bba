using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mued.PsDb.Tests;

/// <summary>A real server with TLS, its certificate for the name localhost issued by an authority made here.</summary>
public sealed class TlsServer : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("mued-tls-").FullName;
    private SandboxServer server = null!;

    /// <summary>The URI with the name that the certificate bears.</summary>
    public string Url => server.Url.With(host: "localhost", query: "sslmode=require");

    /// <summary>The PEM file of the authority that issued the certificate.</summary>
    public string Authority => Path.Combine(folder, "authority.pem");

    /// <summary>The PEM file of an authority that has nothing to do with it.</summary>
    public string OtherAuthority => Path.Combine(folder, "other.pem");

    /// <summary>The PEM files of a certificate, and its key, for the role cert_only.</summary>
    public (string Certificate, string Key) Client => (Path.Combine(folder, "client.pem"), Path.Combine(folder, "client.key"));

    public Task ExecuteAsync(string sql) => TestConnection.ExecuteAsync(server.Url, sql);

    /// <summary>Changes a setting and waits until the server has taken it.</summary>
    public async Task SetAsync(string name, string value)
    {
        await ExecuteAsync($"ALTER SYSTEM SET {name} = '{value}'");
        await ExecuteAsync("SELECT pg_reload_conf()");
        await Eventually.TrueAsync(async () =>
        {
            await using var connection = await TestConnection.OpenAsync(server.Url);
            await using var command = new Npgsql.NpgsqlCommand($"SELECT current_setting('{name}')", connection);
            return (string)(await command.ExecuteScalarAsync())! == value;
        });
    }

    public async Task InitializeAsync()
    {
        server = await SandboxServer.StartAsync(new());
        using var authority = NewAuthority("CN=Test authority");
        using var other = NewAuthority("CN=Other authority");
        await File.WriteAllTextAsync(Authority, authority.ExportCertificatePem());
        await File.WriteAllTextAsync(OtherAuthority, other.ExportCertificatePem());
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var clientKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var client = Issue(authority, "cert_only", clientKey);
        await File.WriteAllTextAsync(Client.Certificate, client.ExportCertificatePem());
        await File.WriteAllTextAsync(Client.Key, clientKey.ExportPkcs8PrivateKeyPem());

        // The server's own process writes its files, so that they belong to the account that it runs as.
        using var certificate = Issue(authority, "localhost", key);
        await ExecuteAsync(Write("server.crt", certificate.ExportCertificatePem()));
        await ExecuteAsync(Write("server.key", key.ExportPkcs8PrivateKeyPem()));
        await ExecuteAsync(Write("root.crt", authority.ExportCertificatePem()));
        await ExecuteAsync(Write("rules", "hostssl all cert_only all cert\nhostnossl all cert_only all reject"));
        await ExecuteAsync("COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; cat pg_hba.conf >> rules; cat rules > pg_hba.conf'");
        await ExecuteAsync("CREATE ROLE cert_only LOGIN");
        await SetAsync("ssl_ca_file", "root.crt");
        await SetAsync("ssl", "on");
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string name, ECDsa key)
    {
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name.Replace('_', '-'));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        return request.Create(
            authority,
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddDays(1),
            RandomNumberGenerator.GetBytes(8)
        );
    }

    private static string Write(string file, string text) =>
        $"COPY (SELECT unnest(string_to_array('{text}', E'\\n'))) TO PROGRAM 'umask 077; cat > {file}'";

    private static X509Certificate2 NewAuthority(string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
    }
}
