using Mued.PsDb.Connections;
using static Mued.PsDb.Tests.Connecting;

namespace Mued.PsDb.Tests;

public sealed class TlsTests(TlsServer server) : IClassFixture<TlsServer>
{
    [Fact]
    public async Task The_right_name_and_authority_pass_verify_full()
    {
        var report = await ConnectionTest.RunAsync(
            Settings(server.Url.With(query: $"sslmode=verify-full&sslrootcert={server.Authority}&channel_binding=require"))
        );
        Assert.Null(report.Error);
        Assert.True(report.Tls);
        Assert.StartsWith("Tls1", report.TlsProtocol, StringComparison.Ordinal);
        Assert.StartsWith("TLS_", report.TlsCipher, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_environment_may_name_the_authority()
    {
        var settings = Settings(server.Url, 0, ("PGSSLROOTCERT", server.Authority));
        await (await settings.OpenAsync(CancellationToken.None)).DisposeAsync();
        Assert.Equal("TlsUnknownAuthority", (await FailAsync(Settings(server.Url, 0, ("PGSSLROOTCERT", server.OtherAuthority)))).ErrorId);
    }

    [Theory]
    [InlineData("verify-full")]
    [InlineData("verify-ca")]
    [InlineData("require")]
    public async Task An_unknown_authority_is_told(string mode) =>
        Assert.Equal(
            "TlsUnknownAuthority",
            (await FailAsync(server.Url.With(query: $"sslmode={mode}&sslrootcert={server.OtherAuthority}"))).ErrorId
        );

    [Theory]
    [InlineData("sslmode=verify-full")]
    [InlineData("sslmode=verify-ca")]
    [InlineData("sslrootcert=system")]
    public async Task Without_a_named_authority_those_of_the_system_count(string query) =>
        Assert.Equal("TlsUnknownAuthority", (await FailAsync(server.Url.With(query: query))).ErrorId);

    [Fact]
    public async Task A_wrong_name_is_told()
    {
        var error = await FailAsync(server.Url.With(host: "127.0.0.1", query: $"sslmode=verify-full&sslrootcert={server.Authority}"));
        Assert.Equal("TlsNameMismatch", error.ErrorId);
        Assert.Contains("@127.0.0.1:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_ca_leaves_the_name_unchecked() =>
        await (
            await Settings(server.Url.With(host: "127.0.0.1", query: $"sslmode=verify-ca&sslrootcert={server.Authority}"))
                .OpenAsync(CancellationToken.None)
        ).DisposeAsync();

    [Fact]
    public async Task A_host_address_is_verified_by_the_host_s_name()
    {
        var url = server.Url.With(query: $"sslmode=verify-full&sslrootcert={server.Authority}&hostaddr=127.0.0.1");
        await (await Settings(url).OpenAsync(CancellationToken.None)).DisposeAsync();
        Assert.Equal("TlsNameMismatch", (await FailAsync(url.Replace("@localhost", "@db.example.com", StringComparison.Ordinal))).ErrorId);
    }

    [Fact]
    public async Task Require_without_an_authority_encrypts_and_does_not_verify()
    {
        var report = await ConnectionTest.RunAsync(Settings(server.Url));
        Assert.True(report.Tls);
        Assert.Contains(report.Checks, check => check is { Name: "TLS", Status: ConnectionCheckStatus.Passed });
    }

    [Fact]
    public async Task A_certificate_that_ends_soon_is_a_failed_check_of_health()
    {
        var soon = await CertificateAsync(server.Url);
        Assert.Equal(RunbookStatus.Failed, soon.Status);
        Assert.InRange(soon.Value!.Value, 0.5m, 1m);
        Assert.NotNull(soon.Advice);
        Assert.Equal(RunbookStatus.Passed, (await CertificateAsync(server.Url, "Certificate=0.25")).Status);

        var plain = await CertificateAsync(server.Url.With(query: "sslmode=disable"));
        Assert.Equal((RunbookStatus.Passed, null), (plain.Status, plain.Value));
    }

    private static async Task<HealthCheck> CertificateAsync(string url, params string[] limits)
    {
        using var folder = new MigrationSet(("0001_t.sql", "CREATE TABLE t (id int);"));
        var options = new HealthOptions { Limits = HealthLimits.Read(limits), Migrations = folder.Options };
        var report = await HealthTest.RunAsync(Settings(url), options);
        return report.Checks.Single(check => check.Name == "Certificate");
    }

    [Fact]
    public async Task A_server_on_this_machine_is_asked_for_tls_by_default() =>
        Assert.True((await ConnectionTest.RunAsync(Settings(server.Url.With(query: "")))).Tls);

    [Fact]
    public async Task Disable_is_obeyed()
    {
        var report = await ConnectionTest.RunAsync(Settings(server.Url.With(query: "sslmode=disable")));
        Assert.Null(report.Error);
        Assert.False(report.Tls);
        Assert.Null(report.TlsProtocol);
    }

    [Theory]
    [InlineData("ssl_min_protocol_version=TLSv1.3", "Tls13")]
    [InlineData("ssl_max_protocol_version=TLSv1.2", "Tls12")]
    public async Task The_protocol_version_is_as_asked_for(string query, string protocol) =>
        Assert.Equal(protocol, (await ConnectionTest.RunAsync(Settings(server.Url.With(query: "sslmode=require&" + query)))).TlsProtocol);

    [Fact]
    public async Task Versions_that_do_not_meet_are_a_handshake_that_failed()
    {
        await server.SetAsync("ssl_max_protocol_version", "TLSv1.2");
        try
        {
            var error = await FailAsync(server.Url.With(query: "sslmode=require&ssl_min_protocol_version=TLSv1.3"));
            Assert.Equal("TlsHandshakeFailed", error.ErrorId);
        }
        finally
        {
            await server.SetAsync("ssl_max_protocol_version", "");
        }
    }

    [Fact]
    public async Task A_client_certificate_logs_in()
    {
        var url = server.Url.With(user: "cert_only", database: "postgres");
        var (certificate, key) = server.Client;
        var settings = Settings(url, 0, ("PGSSLCERT", certificate), ("PGSSLKEY", key));
        await (await settings.OpenAsync(CancellationToken.None)).DisposeAsync();

        Assert.Equal("AuthenticationRejected", (await FailAsync(url)).ErrorId);
        Assert.Equal("TlsRequired", (await FailAsync(url.With(query: "sslmode=disable"))).ErrorId);

        var wrong = Settings(url, 0, ("PGSSLCERT", key), ("PGSSLKEY", certificate));
        var error = await Assert.ThrowsAsync<MuedException>(() => wrong.OpenAsync(CancellationToken.None));
        Assert.Equal(("ClientCertificate", ExitCode.Usage), (error.ErrorId, error.ExitCode));
    }

    [Fact]
    public async Task The_end_of_the_certificate_is_told_in_time()
    {
        async Task<HealthCheck> CheckAsync(string limit) =>
            (
                await HealthTest.RunAsync(TestConnection.SettingsFor(server.Url), new() { Limits = HealthLimits.Read([limit]) })
            ).Checks.Single(check => check.Name == "Certificate");

        var soon = await CheckAsync("Certificate=14");
        Assert.Equal(RunbookStatus.Failed, soon.Status);
        Assert.InRange(soon.Value!.Value, 0, 1);
        Assert.Equal(RunbookStatus.Passed, (await CheckAsync("Certificate=0")).Status);
    }
}
