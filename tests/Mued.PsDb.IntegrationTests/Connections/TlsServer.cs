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

    public async Task InitializeAsync()
    {
        server = await SandboxServer.StartAsync(new());
        using var authority = NewAuthority("CN=Test authority");
        using var other = NewAuthority("CN=Other authority");
        await File.WriteAllTextAsync(Authority, authority.ExportCertificatePem());
        await File.WriteAllTextAsync(OtherAuthority, other.ExportCertificatePem());
        await UseCertificateAsync(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task UseCertificateAsync(X509Certificate2 authority, DateTimeOffset from, DateTimeOffset to)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        using var certificate = request.Create(authority, from, to, RandomNumberGenerator.GetBytes(8));

        // The server's own process writes its files, so that they belong to the account that it runs as.
        await TestConnection.ExecuteAsync(server.Url, Write("server.crt", certificate.ExportCertificatePem()));
        await TestConnection.ExecuteAsync(server.Url, Write("server.key", key.ExportPkcs8PrivateKeyPem()));
        await TestConnection.ExecuteAsync(server.Url, "ALTER SYSTEM SET ssl = on");
        await TestConnection.ExecuteAsync(server.Url, "SELECT pg_reload_conf()");
        await Eventually.TrueAsync(async () =>
        {
            await using var connection = await TestConnection.OpenAsync(server.Url);
            await using var command = new Npgsql.NpgsqlCommand("SELECT current_setting('ssl')", connection);
            return (string)(await command.ExecuteScalarAsync())! == "on";
        });
    }

    private static string Write(string file, string pem)
        => $"COPY (SELECT unnest(string_to_array('{pem}', E'\\n'))) TO PROGRAM 'umask 077; cat > {file}'";

    private static X509Certificate2 NewAuthority(string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
    }
}
