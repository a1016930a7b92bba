using Mued.PsDb.Connections;

namespace Mued.PsDb.Tests;

public sealed class ConnectionSourceTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mued-env-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Env_local_comes_before_env_and_both_before_libpq_s_variables()
    {
        Write(".env", "DATABASE_URL=postgresql://u@two/db");
        Assert.Equal(("u@two:5432/db", "DATABASE_URL (.env)"), Resolve(variables: ("PGHOST", "three")));

        Write(".env.local", "# another variable\r\nDATABASE_URI=\r\n");
        Assert.Equal(("u@two:5432/db", "DATABASE_URL (.env)"), Resolve());

        Write(".env.local", "export DATABASE_URL='postgresql://u@one/db' # comment\r\n");
        Assert.Equal(("u@one:5432/db", "DATABASE_URL (.env.local)"), Resolve(variables: ("PGHOST", "three")));

        Assert.Equal(("u@zero:5432/db", "DATABASE_URL (environment)"), Resolve(variables: ("DATABASE_URL", "postgresql://u@zero/db")));
    }

    [Fact]
    public void A_named_file_is_the_only_one_and_overrules_the_environment_with_a_remark()
    {
        Write(".env.local", "DATABASE_URL=postgresql://u@local/db");
        Write("prod.env", "DATABASE_URL=postgresql://u@prod/db");
        var settings = ConnectionSettings.Resolve(Request("prod.env", ("DATABASE_URL", "postgresql://u@zero/db")));
        Assert.Equal(("u@prod:5432/db", "DATABASE_URL (prod.env)"), (settings.Target, settings.Source));
        Assert.Contains("prod.env", Assert.Single(settings.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_named_file_that_is_missing_or_sets_no_url_is_an_error()
    {
        Write(".env", "DATABASE_URL=postgresql://u@h/db");
        Write("other.env", "PGHOST=h");
        Assert.Equal(("EnvFileMissing", ExitCode.Usage), Fail("missing.env"));
        Assert.Equal(("EnvFileWithoutUrl", ExitCode.Usage), Fail("other.env"));
    }

    [Fact]
    public void A_connection_and_a_file_are_an_error_whatever_the_file_holds()
    {
        var request = Request("missing.env") with { Connection = "postgresql://u@h/db", ConnectionSource = "--url" };
        var error = Assert.Throws<MuedException>(() => ConnectionSettings.Resolve(request));
        Assert.Equal(("ConnectionTwice", ExitCode.Usage), (error.ErrorId, error.ExitCode));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("''")]
    public void An_empty_url_is_an_error_wherever_it_stands_and_leads_to_no_other_database(string empty)
    {
        Write(".env", "DATABASE_URL=postgresql://u@h/db");
        AssertEmpty("--url", () => ConnectionSettings.Resolve(Request(null) with { Connection = empty, ConnectionSource = "--url" }));
        AssertEmpty("DATABASE_URL (environment)", () => ConnectionSettings.Resolve(Request(null, ("DATABASE_URL", empty))));
        Write(".env.local", "DATABASE_URL=" + empty);
        AssertEmpty("DATABASE_URL (.env.local)", () => ConnectionSettings.Resolve(Request(null)));
        AssertEmpty("DATABASE_URL (.env.local)", () => ConnectionSettings.Resolve(Request(".env.local")));
    }

    [Theory]
    [InlineData("$(DatabaseUrl)")]
    [InlineData("${DATABASE_URL}")]
    public void A_variable_that_was_not_expanded_is_named(string text)
    {
        Write(".env", "DATABASE_URL=postgresql://u@h/db");
        foreach (var request in new[] { Request(null) with { Connection = text }, Request(null, ("DATABASE_URL", text)) })
        {
            var error = Assert.Throws<MuedException>(() => ConnectionSettings.Resolve(request));
            Assert.Equal(("ConnectionUnexpanded", ExitCode.Usage), (error.ErrorId, error.ExitCode));
            Assert.Contains(text, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_malformed_file_is_an_error_with_its_line_whether_named_or_not()
    {
        Write(".env.local", "A=1\nsecret without equals\nDATABASE_URL=postgresql://u@h/db");
        var error = Assert.Throws<MuedException>(() => ConnectionSettings.Resolve(Request(null)));
        Assert.Equal(("EnvFileMalformed", ".env.local", 2), (error.ErrorId, error.File, error.Line));
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_password_file_is_read_as_libpq_reads_it()
    {
        var server = await TestServer.DefaultAsync();
        var uri = new Uri(server.Url);
        var password = Uri.UnescapeDataString(uri.UserInfo.Split(':')[1]);
        var withoutPassword = new UriBuilder(server.Url) { Password = "" }
            .Uri
            .AbsoluteUri;
        var line =
            $"{uri.Host}:{uri.Port}:*:*:{password.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal)}\n";
        var file = Write("passwords", line);

        async Task OpenAsync(params (string, string)[] variables) =>
            await (
                await ConnectionSettings
                    .Resolve(Request(null, variables) with { Connection = withoutPassword })
                    .OpenAsync(CancellationToken.None)
            ).DisposeAsync();

        Assert.Equal("PasswordMissing", (await Assert.ThrowsAsync<MuedException>(() => OpenAsync())).ErrorId);
        await OpenAsync(("PGPASSFILE", file));

        Write(".pgpass", line);
        await OpenAsync(("HOME", folder));
        Assert.Equal(
            "PasswordRejected",
            (await Assert.ThrowsAsync<MuedException>(() => OpenAsync(("HOME", folder), ("PGPASSWORD", "wrong")))).ErrorId
        );

        var missing = ConnectionSettings.Resolve(Request(null, ("PGPASSFILE", file + ".no")) with { Connection = withoutPassword });
        Assert.Contains("cannot be read", Assert.Single(missing.Warnings), StringComparison.Ordinal);
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        var open = ConnectionSettings.Resolve(Request(null, ("PGPASSFILE", file)) with { Connection = withoutPassword });
        Assert.Contains("0600", Assert.Single(open.Warnings), StringComparison.Ordinal);
        Assert.Equal("PasswordMissing", (await Assert.ThrowsAsync<MuedException>(() => open.OpenAsync(CancellationToken.None))).ErrorId);
    }

    private (string Target, string Source) Resolve(params (string, string)[] variables)
    {
        var settings = ConnectionSettings.Resolve(Request(null, variables));
        return (settings.Target, settings.Source);
    }

    private (string, ExitCode) Fail(string envFile)
    {
        var error = Assert.Throws<MuedException>(() => ConnectionSettings.Resolve(Request(envFile)));
        return (error.ErrorId, error.ExitCode);
    }

    private ConnectionRequest Request(string? envFile, params (string Name, string Value)[] variables) =>
        new()
        {
            EnvFile = envFile,
            WorkingDirectory = folder,
            RetryTimeout = TimeSpan.Zero,
            EnvironmentVariables = variables.ToDictionary(pair => pair.Name, pair => (string?)pair.Value),
        };

    private static void AssertEmpty(string source, Func<object> resolve)
    {
        var error = Assert.Throws<MuedException>(resolve);
        Assert.Equal(("ConnectionEmpty", ExitCode.Usage), (error.ErrorId, error.ExitCode));
        Assert.Contains(source, error.Message, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
