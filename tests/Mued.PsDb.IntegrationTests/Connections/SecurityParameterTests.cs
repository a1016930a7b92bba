using static Mued.PsDb.Tests.Connecting;

namespace Mued.PsDb.Tests;

/// <summary>
/// What libpq promises for channel_binding, require_auth, sslmode, sslnegotiation and gssencmode (PostgreSQL documentation, "Parameter
/// Key Words" of libpq), against servers that ask for something else.
/// </summary>
public class SecurityParameterTests
{
    private const string Password = "canary-of-the-wire";

    // What the server sees of the client: nothing where the client refuses.
    [Theory]
    [InlineData("", "no", "password", "plain:password")]
    // prefer and allow promise nothing: what the server rejects is tried the other way.
    [InlineData("", "tls", "password", "tls:password plain:password")]
    [InlineData("", "no", "md5", "plain:md5")]
    [InlineData("", "tls", "scram", "tls:SCRAM-SHA-256 plain:SCRAM-SHA-256")]
    [InlineData("", "tls", "scram-plus", "tls:SCRAM-SHA-256-PLUS")]
    [InlineData("sslmode=disable", "tls", "password", "plain:password")]
    [InlineData("sslmode=allow", "tls", "password", "plain:password tls:password")]
    [InlineData("sslmode=require", "tls", "password", "tls:password")]
    [InlineData("sslmode=require", "no", "password", "")]
    [InlineData("sslmode=verify-full", "tls", "password", "")]
    [InlineData("sslmode=require&sslnegotiation=direct", "no", "password", "")]
    [InlineData("gssencmode=prefer", "no", "password", "plain:password")]
    [InlineData("channel_binding=disable&sslmode=require", "tls", "scram-plus", "tls:SCRAM-SHA-256")]
    [InlineData("channel_binding=require", "no", "password", "")]
    [InlineData("channel_binding=require", "tls", "password", "")]
    [InlineData("channel_binding=require", "no", "md5", "")]
    [InlineData("channel_binding=require", "tls", "md5", "")]
    [InlineData("channel_binding=require", "no", "scram", "")]
    [InlineData("channel_binding=require", "tls", "scram", "")]
    [InlineData("channel_binding=require", "no", "scram-plus", "")]
    [InlineData("channel_binding=require", "tls", "scram-plus", "tls:SCRAM-SHA-256-PLUS")]
    [InlineData("channel_binding=require", "no", "trust", "")]
    [InlineData("channel_binding=require", "tls", "trust", "tls:in")]
    [InlineData("channel_binding=require&sslmode=allow", "no", "password", "")]
    [InlineData("channel_binding=require&require_auth=scram-sha-256,password", "tls", "password", "")]
    [InlineData("channel_binding=require&require_auth=!password", "tls", "scram-plus", "tls:SCRAM-SHA-256-PLUS")]
    [InlineData("require_auth=scram-sha-256", "no", "password", "")]
    [InlineData("require_auth=scram-sha-256", "no", "md5", "")]
    [InlineData("require_auth=scram-sha-256&sslmode=require", "tls", "scram", "tls:SCRAM-SHA-256")]
    [InlineData("require_auth=!password", "no", "password", "")]
    [InlineData("require_auth=!password,!md5", "no", "md5", "")]
    [InlineData("require_auth=password", "tls", "md5", "")]
    public async Task A_server_gets_no_more_than_the_connection_allows(string parameters, string tls, string asks, string expected)
    {
        await using var server = FakeServer.Start(tls == "tls", asks);
        var settings = Settings($"postgresql://u:{Password}@127.0.0.1:{server.Port}/db?{parameters}", retrySeconds: 2);
        var error = await FailAsync(settings, Password);
        Assert.Equal(expected, string.Join(' ', server.Seen));
        if (expected.Length == 0)
            Assert.Contains(
                error.ErrorId,
                new[] { "AuthenticationMethod", "TlsNotSupported", "TlsHandshakeFailed", "TlsUnknownAuthority", "ConnectionLost" }
            );
    }

    [Theory]
    [InlineData("sslmode=disable&channel_binding=require", "channel_binding")]
    [InlineData("host=/tmp&channel_binding=require", "channel_binding")]
    [InlineData("channel_binding=require&require_auth=password", "require_auth")]
    [InlineData("channel_binding=require&require_auth=!scram-sha-256", "require_auth")]
    [InlineData("sslmode=prefer&sslnegotiation=direct", "sslnegotiation")]
    [InlineData("gssencmode=require", "gssencmode")]
    [InlineData("channel_binding=maybe", "channel_binding")]
    [InlineData("sslmode=on", "sslmode")]
    public void Parameters_that_exclude_each_other_are_an_error_before_anything_is_sent(string parameters, string named)
    {
        var error = Assert.Throws<MuedException>(() => Settings($"postgresql://u:{Password}@127.0.0.1:1/db?{parameters}"));
        Assert.Equal(("ParameterInvalid", ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Contains($"'{named}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PGREQUIREPEER", "postgres")]
    [InlineData("PGSSLCRL", "revoked.pem")]
    [InlineData("PGSSLCRLDIR", "revoked")]
    [InlineData("PGSSLCERTMODE", "require")]
    public void What_is_not_kept_is_refused_from_the_environment_too(string variable, string value)
    {
        var error = Assert.Throws<MuedException>(() => Settings("postgresql://u@127.0.0.1:1/db", 0, (variable, value)));
        Assert.Equal(("ParameterRefused", ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Contains(variable, error.Message, StringComparison.Ordinal);
    }
}
