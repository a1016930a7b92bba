using System.Text.Json;
using Npgsql;
using static Mued.PsDb.Tests.Resolving;

namespace Mued.PsDb.Tests;

public sealed class ConnectionSettingsTests
{
    private const string Canary = "c;a'n%a@r y=ü\"日&x";

    [Fact]
    public void Without_any_connection_the_error_says_where_one_is_looked_for()
    {
        var error = Fail(null);
        Assert.Equal("NoConnectionGiven", error.ErrorId);
        Assert.Contains("DATABASE_URL", error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void The_parameter_comes_first()
    {
        var settings = Resolve(
            "postgresql://a@h/one",
            ("DATABASE_URL", "postgresql://b@h/two"),
            ("PGHOST", "other"),
            ("PGDATABASE", "three")
        );
        Assert.Equal(("a@h:5432/one", "-Connection"), (settings.Target, settings.Source));
    }

    [Fact]
    public void The_environment_s_url_comes_before_libpq_s_variables()
    {
        var settings = Resolve(null, ("DATABASE_URL", "postgresql://b@h/two"), ("PGHOST", "other"), ("PGDATABASE", "three"));
        Assert.Equal(("b@h:5432/two", "DATABASE_URL (environment)"), (settings.Target, settings.Source));
    }

    [Fact]
    public void Libpq_s_variables_come_last()
    {
        var settings = Resolve(
            null,
            ("PGHOST", "h"),
            ("PGPORT", "6000"),
            ("PGUSER", "u"),
            ("PGDATABASE", "d"),
            ("PGPASSWORD", Canary),
            ("PGSSLMODE", "disable")
        );
        Assert.Equal(("u@h:6000/d", "PG* variables", "disable"), (settings.Target, settings.Source, settings.SslMode));
        Assert.True(settings.Knows(Canary));
    }

    [Fact]
    public void A_password_alone_is_no_connection() =>
        Assert.Equal("NoConnectionGiven", Fail(null, ("PGPASSWORD", "x"), ("PGSSLMODE", "require")).ErrorId);

    [Fact]
    public void A_service_file_alone_is_an_error_of_its_own() => Assert.Equal("ServiceFile", Fail(null, ("PGSERVICE", "prod")).ErrorId);

    [Fact]
    public void What_the_connection_leaves_open_comes_from_libpq_s_variables()
    {
        var settings = Resolve(
            "postgresql://h/db",
            ("PGUSER", "u"),
            ("PGPORT", "6000"),
            ("PGPASSWORD", Canary),
            ("PGCONNECT_TIMEOUT", "7"),
            ("PGAPPNAME", "theirs"),
            ("PGOPTIONS", "-c work_mem=64MB"),
            ("PGHOSTADDR", "192.0.2.1")
        );
        var driver = settings.Driver();
        Assert.Equal("u@h:6000/db", settings.Target);
        Assert.Equal(("h", 7, "theirs", "-c work_mem=64MB"), (driver.Host, driver.Timeout, driver.ApplicationName, driver.Options));
        Assert.True(settings.Knows(Canary));
    }

    [Fact]
    public void A_credential_overrides_the_connection_string()
    {
        var settings = ConnectionSettings.Resolve(Request("postgresql://a:first@h/db") with { UserName = "b", Password = Canary });
        Assert.Equal("b@h:5432/db", settings.Target);
        Assert.True(settings.Knows(Canary));
    }

    [Theory]
    [InlineData("Host=h;Port=6000;Database=d;Username=u;Password='c;a\"b'", "u@h:6000/d", "c;a\"b")]
    [InlineData("Server=h:6001;User Id=u;Database=d;Password=p%40ss", "u@h:6001/d", "p%40ss")]
    [InlineData("Host=h1:1,h2;Username=u;Database=d;Port=7;Password=secret", "u@h1:1,h2:7/d", "secret")]
    [InlineData("Host=[::1]:6000;Username=u;Database=d;Password=secret", "u@[::1]:6000/d", "secret")]
    [InlineData("Host=/var/run/x;Username=u;Database=d;Password=secret", "u@/var/run/x:5432/d", "secret")]
    [InlineData("host=h dbname=d user=u port=6000 password='c;a b\\'c\\\\'", "u@h:6000/d", "c;a b'c\\")]
    [InlineData("host = h dbname = d user=u password=secret", "u@h:5432/d", "secret")]
    [InlineData("host=h1,h2 port=1,2 dbname=d user=u password=secret", "u@h1:1,h2:2/d", "secret")]
    public void Keyword_and_value_strings_are_read(string text, string target, string password)
    {
        var settings = Resolve(text);
        Assert.Equal(target, settings.Target);
        Assert.True(settings.Knows(password));
    }

    [Theory]
    [InlineData("Host=h;Databse=d", "ParameterMisspelt", "databse")]
    [InlineData("Host=h;Frobnicate=d", "ParameterUnknown", "frobnicate")]
    [InlineData("Host=h;Port=secret", "ParameterInvalid", "port")]
    [InlineData("Host=h;SSL Mode=secret", "ParameterInvalid", "ssl mode")]
    public void A_keyword_at_fault_is_named_without_its_value(string text, string errorId, string name)
    {
        var error = Fail(text);
        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains($"'{name}'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=h;Database=d;Password=one;two=three;Username=u")]
    [InlineData("Host=h;Database=d;Password=one;two")]
    [InlineData("host=h password=one;two dbname=d")]
    [InlineData("one two three")]
    [InlineData("one;two=")]
    public void An_unquoted_password_is_an_error_that_shows_no_piece_of_it(string text)
    {
        var error = Fail(text);
        foreach (var piece in new[] { "one", "two", "three" })
            Assert.DoesNotContain(piece, error.Message + error.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgresql://u@h1,h2/db?port=1,2,3")]
    [InlineData("host=h1 port=1,2 dbname=d")]
    public void Hosts_and_ports_must_fit(string text) => Assert.Equal("HostsAndPorts", Fail(text).ErrorId);

    [Theory]
    [InlineData("postgresql://u@db.example.com/d", "require")]
    [InlineData("postgresql://u@192.0.2.7/d", "require")]
    [InlineData("Host=db.example.com;Database=d", "require")]
    [InlineData("postgresql://u@localhost,db.example.com/d", "require")]
    [InlineData("postgresql://u@localhost/d", "prefer")]
    [InlineData("postgresql://u@127.0.0.1/d", "prefer")]
    [InlineData("postgresql://u@127.1.2.3/d", "prefer")]
    [InlineData("postgresql://u@[::1]/d", "prefer")]
    [InlineData("postgresql://u@/d?host=/tmp", "disable")]
    [InlineData("postgresql://u@/d?host=/tmp&sslmode=require", "disable")]
    [InlineData("postgresql://u@h/d?sslmode=verify-full", "verify-full")]
    [InlineData("postgresql://u@h/d?sslrootcert=system", "verify-full")]
    [InlineData("postgresql://u@h/d?ssl=true", "require")]
    [InlineData("postgresql://u@localhost/d?ssl=false", "disable")]
    [InlineData("Host=h;SSL Mode=VerifyFull", "verify-full")]
    [InlineData("Host=h;SslMode=VerifyCA", "verify-ca")]
    public void A_server_on_another_machine_gets_tls(string connection, string mode) => Assert.Equal(mode, Resolve(connection).SslMode);

    [Theory]
    [InlineData("disable", "unencrypted")]
    [InlineData("allow", "may be unencrypted")]
    [InlineData("prefer", "may be unencrypted")]
    public void Weaker_tls_to_another_machine_warns(string mode, string text) =>
        Assert.Contains(text, Assert.Single(Resolve($"postgresql://u@h/d?sslmode={mode}").Warnings), StringComparison.Ordinal);

    [Theory]
    [InlineData("postgresql://u@localhost/d?sslmode=disable")]
    [InlineData("postgresql://u@h/d?sslmode=require")]
    public void Other_tls_does_not_warn(string connection) => Assert.Empty(Resolve(connection).Warnings);

    [Fact]
    public void The_system_s_authorities_demand_verify_full() =>
        Assert.Equal("SystemRootNeedsVerifyFull", Fail("postgresql://u@h/d?sslrootcert=system&sslmode=require").ErrorId);

    [Theory]
    [InlineData("sslrootcert", "RootCertificateUnreadable")]
    [InlineData("sslcert", "CertificateFileMissing")]
    [InlineData("sslkey", "CertificateFileMissing")]
    public void A_certificate_file_that_is_missing_is_named(string parameter, string errorId)
    {
        var error = Fail($"postgresql://u@h/d?sslmode=verify-ca&{parameter}=/nowhere/x.pem");
        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains("/nowhere/x.pem", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_driver_is_set_so_that_nothing_outlives_the_run()
    {
        var driver = Resolve(
                "Host=db.example.com;Database=d;Pooling=true;Command Timeout=30;Enlist=true;Multiplexing=true;Max Auto Prepare=10;Persist Security Info=true;Password=secret;GSS Encryption Mode=Prefer"
            )
            .Driver();
        Assert.Equal((false, false, false, true), (driver.Pooling, driver.Enlist, driver.Multiplexing, driver.NoResetOnClose));
        Assert.Equal((0, int.MaxValue, 15), (driver.CommandTimeout, driver.AutoPrepareMinUsages, driver.Timeout));
        Assert.Equal((GssEncryptionMode.Disable, SslMode.Require), (driver.GssEncryptionMode, driver.SslMode));
        Assert.Null(driver.Password);
        Assert.Matches(@"^Mued\.PsDb \d+\.\d+\.\d+$", driver.ApplicationName);
    }

    [Fact]
    public void A_command_timeout_is_remarked() =>
        Assert.Contains("Command Timeout", Assert.Single(Resolve("Host=localhost;Command Timeout=30").Warnings), StringComparison.Ordinal);

    [Theory]
    [InlineData("postgresql://u@h/d?connect_timeout=3", null, 3)]
    [InlineData("postgresql://u@h/d?connect_timeout=0", null, 0)]
    [InlineData("Host=h;Timeout=4", null, 4)]
    [InlineData("postgresql://u@h/d?connect_timeout=3", 1.2, 2)]
    public void The_connect_timeout_is_as_asked_for(string connection, double? seconds, int expected)
    {
        var timeout = seconds is { } value ? TimeSpan.FromSeconds(value) : (TimeSpan?)null;
        var settings = ConnectionSettings.Resolve(Request(connection) with { ConnectTimeout = timeout });
        Assert.Equal(TimeSpan.FromSeconds(expected), settings.ConnectTimeout);
    }

    [Fact]
    public void A_host_address_is_connected_to_under_the_host_s_name()
    {
        var settings = Resolve("postgresql://u@db.example.com/d?hostaddr=192.0.2.1");
        Assert.Equal("u@db.example.com:5432/d", settings.Target);
        Assert.Equal("192.0.2.1", settings.Driver().Host);
    }

    [Fact]
    public void Another_database_of_the_same_server_keeps_everything_else()
    {
        var settings = Resolve($"postgresql://u:{Uri.EscapeDataString(Canary)}@h:6000/d?sslmode=disable&connect_timeout=3")
            .WithDatabase("scratch");
        Assert.Equal("u@h:6000/scratch", settings.Target);
        Assert.Equal(("scratch", 3), (settings.Driver().Database, settings.Driver().Timeout));
        Assert.True(settings.Knows(Canary));
        Assert.Single(settings.Warnings);
    }

    [Theory]
    [InlineData("postgresql://u:{0}@h/d?sslmode=disable", true)]
    [InlineData("Host=h;Username=u;Database=d;Password={0}", false)]
    public void No_public_member_nor_text_holds_the_password(string form, bool encode)
    {
        var written = encode ? Uri.EscapeDataString(Canary) : "\"" + Canary.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
        var request = Request(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, written)) with { Password = null };
        var settings = ConnectionSettings.Resolve(request);
        Assert.True(settings.Knows(Canary));
        using var connection = settings.CreateConnection();

        string[] texts =
        [
            settings.ToString(),
            JsonSerializer.Serialize(settings),
            request.ToString(),
            JsonSerializer.Serialize(request),
            (request with { Password = Canary }).ToString(),
            connection.ConnectionString,
        ];
        foreach (var text in texts)
        {
            Assert.DoesNotContain(Canary, text, StringComparison.Ordinal);
            Assert.DoesNotContain(Uri.EscapeDataString(Canary), text, StringComparison.Ordinal);
            Assert.DoesNotContain(JsonEncodedText.Encode(Canary).ToString(), text, StringComparison.Ordinal);
        }
    }
}
