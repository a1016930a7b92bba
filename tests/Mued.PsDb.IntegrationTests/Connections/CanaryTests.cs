using System.Text.Json;
using System.Text.Json.Serialization;
using Mued.PsDb.Connections;
using Npgsql;

namespace Mued.PsDb.Tests;

/// <summary>A password that breaks every quoting, given in every way there is: it works, and it appears nowhere.</summary>
public sealed class CanaryTests : IAsyncLifetime
{
    private const string Canary = "c;a'n\"a%r@y= &?#/\\ü日:x";

    private readonly string folder = Directory.CreateTempSubdirectory("mued-canary-").FullName;
    private TestDatabase database = null!;
    private string role = null!;

    public static TheoryData<string> Ways =>
        ["uri", "uri parameter", "npgsql", "libpq", "DATABASE_URL", ".env", "PGPASSWORD", "password file", "credential"];

    public async Task InitializeAsync()
    {
        database = await TestDatabase.CreatePhase2BaseAsync();
        role = database.Name + "_canary";
        await database.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD '{Canary.Replace("'", "''", StringComparison.Ordinal)}'");
    }

    public async Task DisposeAsync()
    {
        await database.ExecuteAsync($"DROP ROLE {role}");
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task It_opens_the_connection_and_appears_nowhere(string way)
    {
        var settings = ConnectionSettings.Resolve(Request(way, database.Name));
        Assert.Equal(role, settings.UserName);
        var report = await ConnectionTest.RunAsync(settings);
        Assert.Null(report.Error);
        await using var connection = await settings.OpenAsync(CancellationToken.None);
        AssertAbsent(
            settings.ToString(),
            settings.Target,
            settings.Source,
            Json(settings),
            Json(report),
            report.ToString(),
            connection.ConnectionString
        );
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task It_appears_in_no_error(string way)
    {
        var settings = ConnectionSettings.Resolve(Request(way, "no_such_database"));
        var error = await Assert.ThrowsAsync<MuedException>(() => settings.OpenAsync(CancellationToken.None));
        Assert.Equal("DatabaseNotFound", error.ErrorId);
        for (Exception? e = error; e is not null; e = e.InnerException)
            AssertAbsent(e.ToString(), e.Message, e.StackTrace ?? "", string.Join('\n', e.Data.Values.Cast<object?>()));
        AssertAbsent(error.Advice, Json(MuedError.From(error)), Json(await ConnectionTest.RunAsync(settings)));
    }

    [Fact]
    public async Task It_is_not_in_the_session_that_others_see()
    {
        var settings = ConnectionSettings.Resolve(Request("uri", database.Name));
        await using var connection = await settings.OpenAsync(CancellationToken.None);
        AssertAbsent(
            await database.ScalarAsync<string>($"SELECT row_to_json(a)::text FROM pg_stat_activity a WHERE pid = {connection.ProcessID}")
        );
    }

    [Fact]
    public async Task Opening_a_connection_runs_no_query()
    {
        await using var connection = await ConnectionSettings.Resolve(Request("uri", database.Name)).OpenAsync(CancellationToken.None);
        Assert.Equal(
            "Mued.PsDb|",
            await database.ScalarAsync<string>(
                $"SELECT split_part(application_name, ' ', 1) || '|' || query FROM pg_stat_activity WHERE pid = {connection.ProcessID}"
            )
        );
    }

    private ConnectionRequest Request(string way, string databaseName)
    {
        var server = new Uri(database.Url);
        var (host, port) = (server.Host, server.Port);
        var encoded = Uri.EscapeDataString(Canary);
        var uri = $"postgresql://{role}:{encoded}@{host}:{port}/{databaseName}";
        var open = $"postgresql://{role}@{host}:{port}/{databaseName}";
        var request = new ConnectionRequest
        {
            WorkingDirectory = folder,
            RetryTimeout = TimeSpan.Zero,
            EnvironmentVariables = new Dictionary<string, string?>(),
        };
        return way switch
        {
            "uri" => request with { Connection = uri },
            "uri parameter" => request with { Connection = open + "?password=" + encoded },
            "npgsql" => request with
            {
                Connection = new NpgsqlConnectionStringBuilder
                {
                    Host = host,
                    Port = port,
                    Database = databaseName,
                    Username = role,
                    Password = Canary,
                }.ConnectionString,
            },
            "libpq" => request with
            {
                Connection =
                    $"host={host} port={port} dbname={databaseName} user={role} password='{Canary.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'",
            },
            "DATABASE_URL" => request with { EnvironmentVariables = new Dictionary<string, string?> { ["DATABASE_URL"] = uri } },
            ".env" => request with { EnvFile = Write("test.env", $"DATABASE_URL=\"{uri}\"\n") },
            "PGPASSWORD" => request with
            {
                Connection = open,
                EnvironmentVariables = new Dictionary<string, string?> { ["PGPASSWORD"] = Canary },
            },
            "password file" => request with
            {
                Connection = open,
                EnvironmentVariables = new Dictionary<string, string?>
                {
                    ["PGPASSFILE"] = Write(
                        "passwords",
                        "*:*:*:*:" + Canary.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal)
                    ),
                },
            },
            _ => request with { Connection = open, Password = Canary },
        };
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private static void AssertAbsent(params string[] texts)
    {
        string[] spellings = [Canary, Uri.EscapeDataString(Canary), JsonEncodedText.Encode(Canary).ToString(), Canary[..5], Canary[5..12]];
        foreach (var text in texts)
        foreach (var spelling in spellings)
            Assert.DoesNotContain(spelling, text, StringComparison.Ordinal);
    }

    private static string Json(object value) => JsonSerializer.Serialize(value, SerializerOptions);

    private static readonly JsonSerializerOptions SerializerOptions = new() { Converters = { new JsonStringEnumConverter() } };
}
