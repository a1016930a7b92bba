using Mued.PsDb.Connections;

namespace Mued.PsDb.Tests;

/// <summary>Resolves and opens connections for tests, with a short retry time and without this machine's environment.</summary>
internal static class Connecting
{
    public static ConnectionSettings Settings(
        string connection,
        double retrySeconds = 0,
        params (string Name, string Value)[] environment
    ) =>
        ConnectionSettings.Resolve(
            new()
            {
                Connection = connection,
                RetryTimeout = TimeSpan.FromSeconds(retrySeconds),
                EnvironmentVariables = environment.ToDictionary(pair => pair.Name, pair => (string?)pair.Value),
            }
        );

    /// <summary>The error of a connection that must not succeed; it holds the password nowhere.</summary>
    public static async Task<MuedException> FailAsync(ConnectionSettings settings, string? password = null)
    {
        var error = await Assert.ThrowsAsync<MuedException>(() => settings.OpenAsync(CancellationToken.None));
        Assert.Equal(ExitCode.NoConnection, error.ExitCode);
        Assert.Equal(settings.Target, error.TargetName);
        if (password is not null)
            Assert.DoesNotContain(password, error + error.Advice + error.InnerException?.StackTrace, StringComparison.Ordinal);
        return error;
    }

    public static Task<MuedException> FailAsync(string connection, string? password = null) => FailAsync(Settings(connection), password);

    /// <summary>A URI with parts exchanged.</summary>
    public static string With(
        this string url,
        string? user = null,
        string? password = null,
        string? host = null,
        int? port = null,
        string? database = null,
        string? query = null
    )
    {
        var builder = new UriBuilder(url);
        builder.UserName = user is null ? builder.UserName : Uri.EscapeDataString(user);
        builder.Password = password is null ? builder.Password : Uri.EscapeDataString(password);
        builder.Host = host ?? builder.Host;
        builder.Port = port ?? builder.Port;
        builder.Path = database is null ? builder.Path : Uri.EscapeDataString(database);
        builder.Query = query ?? builder.Query;
        return builder.Uri.AbsoluteUri;
    }
}
