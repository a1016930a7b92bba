using Mued.PsDb.Connections;
using static Mued.PsDb.Tests.Resolving;

namespace Mued.PsDb.Tests;

public sealed class ConnectionUriTests
{
    // The examples of PostgreSQL's own regression tests for URIs, and of Neon's documentation.
    [Theory]
    [InlineData("postgresql://uri-user:secret@host:12345/db", "uri-user@host:12345/db")]
    [InlineData("postgres://uri-user@host/db", "uri-user@host:5432/db")]
    [InlineData("POSTGRESQL://uri-user@host/db", "uri-user@host:5432/db")]
    [InlineData("postgresql://uri-user@host:/db", "uri-user@host:5432/db")]
    [InlineData("postgresql://u@%68ost/db", "u@host:5432/db")]
    [InlineData("postgresql://host/db?user=uri-user", "uri-user@host:5432/db")]
    [InlineData("postgresql://host/db?user=uri-user&port=12345", "uri-user@host:12345/db")]
    [InlineData("postgresql://host:12345?user=uri-user&dbname=x", "uri-user@host:12345/x")]
    [InlineData("postgresql://first@host/db?u%73er=second", "second@host:5432/db")]
    [InlineData("postgresql://u@[2001:db8::1234]/db", "u@[2001:db8::1234]:5432/db")]
    [InlineData("postgresql://u@[::1]:12345/db", "u@[::1]:12345/db")]
    [InlineData("postgres://u@/db?host=/path/to/socket", "u@/path/to/socket:5432/db")]
    [InlineData("postgres://u@:12345/db?host=/path/to/socket", "u@/path/to/socket:12345/db")]
    [InlineData("postgres://u@%2Fvar%2Flib%2Fpostgresql/dbname", "u@/var/lib/postgresql:5432/dbname")]
    [InlineData("postgresql://u@h1:1,h2:2,[::2]:3/db", "u@h1:1,h2:2,[::2]:3/db")]
    [InlineData("postgresql://u@h1,h2:2/db", "u@h1:5432,h2:2/db")]
    [InlineData("postgresql://u@h1,h2/db?port=6000", "u@h1:6000,h2:6000/db")]
    [InlineData("postgresql://u@h/my%20db%2Fwith%3Fsigns", "u@h:5432/my db/with?signs")]
    [InlineData("postgresql://u@h/%E6%95%99%E6%9D%90", "u@h:5432/教材")]
    [InlineData("postgresql://u:p@h", "u@h:5432/u")]
    [InlineData("  \"postgresql://u@h/db\" \n", "u@h:5432/db")]
    public void A_uri_is_read_as_libpq_reads_it(string uri, string target) => Assert.Equal(target, Resolve(uri).Target);

    [Theory]
    [InlineData("pass", "pass")]
    [InlineData("p%40ss%3Aw%2Ford%25%20%3B%27%C3%BC", "p@ss:w/ord% ;'ü")]
    [InlineData("a?b#c&d=e;f", "a?b#c&d=e;f")]
    [InlineData("with:colon", "with:colon")]
    [InlineData("日本語", "日本語")]
    [InlineData("%F0%9F%98%80😀%20", "😀😀 ")]
    public void A_password_is_decoded(string written, string password) =>
        Assert.Equal(password, ConnectionUri.Parse($"postgresql://u:{written}@h/db", "test")["password"]);

    [Fact]
    public void Any_text_survives_percent_encoding()
    {
        var random = new Random(20240229);
        for (var round = 0; round < 2000; round++)
        {
            string[] parts = Enumerable.Range(0, 3).Select(_ => RandomText(random)).ToArray();
            var uri = $"postgresql://{Uri.EscapeDataString(parts[0])}:{Uri.EscapeDataString(parts[1])}@h/{Uri.EscapeDataString(parts[2])}";
            var parameters = ConnectionUri.Parse(uri, "test");
            Assert.Equal((parts[0], parts[1], parts[2]), (parameters["user"], parameters["password"], parameters["dbname"]));
        }

        static string RandomText(Random random) =>
            string.Concat(
                Enumerable
                    .Range(0, random.Next(1, 9))
                    .Select(_ =>
                        random.Next(3) switch
                        {
                            0 => ((char)random.Next(0x20, 0x7F)).ToString(),
                            1 => ((char)random.Next(0xA0, 0xD7FF)).ToString(),
                            _ => char.ConvertFromUtf32(random.Next(0x1F300, 0x1F600)),
                        }
                    )
            );
    }

    // Whatever the garbage: an error of ours that holds no piece of the password, or settings.
    [Fact]
    public void Garbage_is_an_error_that_does_not_quote_it()
    {
        const string Secret = "canaryXYZ";
        var random = new Random(7);
        const string Signs = "@:/?#[]%&=,;' \\\"a1";
        for (var round = 0; round < 5000; round++)
        {
            var noise = new string(Enumerable.Range(0, random.Next(12)).Select(_ => Signs[random.Next(Signs.Length)]).ToArray());
            var uri = $"postgresql://u:{Secret}{noise}{Secret}@h/db?x{noise}";
            try
            {
                ConnectionUri.Parse(uri, "test");
            }
            catch (MuedException e)
            {
                Assert.DoesNotContain(Secret, e.ToString(), StringComparison.Ordinal);
                Assert.DoesNotContain(Secret, e.Advice, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("postgresql://u@[::1", 16)]
    [InlineData("postgresql://u@[]/db", 16)]
    [InlineData("postgresql://u@[::1]z/db", 21)]
    [InlineData("postgresql://u@h:port/db", 18)]
    [InlineData("postgresql://u@h:0/db", 18)]
    [InlineData("postgresql://u@h:99999/db", 18)]
    [InlineData("postgresql://u@h/db?zzz", 21)]
    [InlineData("postgresql://u@h/db?user=a&b", 28)]
    [InlineData("postgresql://u@h/db?user=a=b", 21)]
    [InlineData("postgresql://u@h?dbname=%XXfoo", 25)]
    [InlineData("postgresql://u@a%00b", 17)]
    [InlineData("postgresql://u@%zz", 16)]
    [InlineData("postgresql://u@%1", 16)]
    [InlineData("postgresql://u@h/%FF", 18)]
    [InlineData("postgresql://u@h%2Ci/db", 16)]
    public void A_malformed_uri_is_an_error_with_its_position(string uri, int position)
    {
        var error = Fail(uri);
        Assert.Equal("UriMalformed", error.ErrorId);
        Assert.Contains($"at character {position}:", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgresql://u:se@cret@h/db")]
    [InlineData("postgresql://u:secr@t@h:1,i:2/db")]
    public void An_unencoded_at_sign_in_the_password_is_told_without_the_password(string uri)
    {
        var error = Fail(uri);
        Assert.Equal("UriPasswordNotEncoded", error.ErrorId);
        Assert.DoesNotContain("cr", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mysql://u:secret@h/db")]
    [InlineData("postgre://u:secret@h/db")]
    [InlineData("jdbc:postgresql://h/db?password=secret")]
    public void Another_scheme_is_an_error(string uri) => Assert.Equal("UriScheme", Fail(uri).ErrorId);

    [Fact]
    public void An_unknown_parameter_is_named_with_the_nearest_known_one()
    {
        var error = Fail("postgresql://u:secret@h/db?sslmod=require");
        Assert.Equal("ParameterMisspelt", error.ErrorId);
        Assert.Contains("'sslmod'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'sslmode'", error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_parameter_is_named_without_its_value()
    {
        var error = Fail("postgresql://u@h/db?frobnicate=secret");
        Assert.Equal("ParameterUnknown", error.ErrorId);
        Assert.Contains("'frobnicate'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_may_be_a_piece_of_the_password_is_not_shown()
    {
        var error = Fail("postgresql://u@h/db?password=first&second_half=x");
        Assert.Equal("ParameterUnknownAfterPassword", error.ErrorId);
        Assert.DoesNotContain("second_half", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sslmode=maybe", "sslmode")]
    [InlineData("channel_binding=yes", "channel_binding")]
    [InlineData("connect_timeout=soon", "connect_timeout")]
    [InlineData("target_session_attrs=leader", "target_session_attrs")]
    [InlineData("require_auth=magic", "require_auth")]
    [InlineData("port=70000", "port")]
    [InlineData("gssencmode=require", "gssencmode")]
    [InlineData("sslnegotiation=direct&sslmode=prefer", "sslnegotiation")]
    [InlineData("ssl_min_protocol_version=SSLv3", "ssl_min_protocol_version")]
    public void A_value_that_is_not_valid_is_an_error_that_names_the_parameter(string query, string name)
    {
        var error = Fail("postgresql://u@localhost/db?" + query);
        Assert.Equal("ParameterInvalid", error.ErrorId);
        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("service=prod")]
    [InlineData("sslcrl=list.pem")]
    [InlineData("replication=database")]
    [InlineData("requirepeer=postgres")]
    public void What_cannot_be_left_out_is_refused(string query) =>
        Assert.Equal("ParameterRefused", Fail("postgresql://u@h/db?" + query).ErrorId);

    [Theory]
    [InlineData("pgbouncer=true&connection_limit=1&uselibpqcompat=true&schema=public")]
    [InlineData("sslcompression=0&gsslib=gssapi&gssencmode=prefer")]
    public void What_other_tools_add_is_accepted_in_silence(string query) =>
        Assert.Empty(Resolve("postgresql://u@localhost/db?" + query).Warnings);

    [Fact]
    public void What_has_no_effect_is_remarked() =>
        Assert.Contains(
            "tcp_user_timeout",
            Assert.Single(Resolve("postgresql://u@localhost/db?tcp_user_timeout=1000").Warnings),
            StringComparison.Ordinal
        );

    [Fact]
    public void Another_schema_of_prisma_is_refused_with_the_way_to_say_it()
    {
        var error = Fail("postgresql://u@localhost/db?schema=tenant");
        Assert.Contains("search_path", error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_reach_the_server_as_they_are() =>
        Assert.Equal(
            "endpoint=ep-cool-name-123 -c search_path=a",
            Resolve("postgresql://u@h/db?options=endpoint%3Dep-cool-name-123%20-c%20search_path%3Da").Driver().Options
        );
}
