using Npgsql;

namespace Mued.PsDb.Tests;

/// <summary>Resolves connections without a process environment and without files.</summary>
internal static class Resolving
{
    private static readonly string NoFolder = Path.Combine(Path.GetTempPath(), "no-such-folder");

    public static ConnectionSettings Resolve(string? connection, params (string Name, string Value)[] environment) =>
        ConnectionSettings.Resolve(Request(connection, environment));

    public static MuedException Fail(string? connection, params (string Name, string Value)[] environment)
    {
        var exception = Assert.Throws<MuedException>(() => Resolve(connection, environment));
        Assert.Equal(ExitCode.Usage, exception.ExitCode);
        Assert.Null(exception.InnerException);
        return exception;
    }

    public static ConnectionRequest Request(string? connection, params (string Name, string Value)[] environment) =>
        new()
        {
            Connection = connection,
            WorkingDirectory = NoFolder,
            EnvironmentVariables = environment.ToDictionary(pair => pair.Name, pair => (string?)pair.Value),
        };

    /// <summary>Npgsql's settings as the connection uses them, without the password.</summary>
    public static NpgsqlConnectionStringBuilder Driver(this ConnectionSettings settings)
    {
        using var connection = settings.CreateConnection();
        return new(connection.ConnectionString);
    }

    /// <summary>Whether the settings know this password: it is taken out of text.</summary>
    public static bool Knows(this ConnectionSettings settings, string password) => settings.Redactor.Redact($"<{password}>") == "<***>";
}
