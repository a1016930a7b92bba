using Mued.PsDb.Foundation;

namespace Mued.PsDb.Connections;

/// <summary>
/// Finds the connection, in this order: the request itself; DATABASE_URL of the file that the request names; DATABASE_URL of the
/// environment; DATABASE_URL of .env.local, then .env, of the working directory; libpq's variables.
/// </summary>
internal static class ConnectionSource
{
    private const string Variable = "DATABASE_URL";

    /// <summary>The parameters of the first place that has a connection.</summary>
    /// <exception cref="MuedException">No place has one, the request names two, or it cannot be read.</exception>
    public static ConnectionParameters Find(ConnectionRequest request, EnvironmentVariables environment)
    {
        if (request is { Connection: not null, EnvFile: { } other })
            throw Texts.Usage("ConnectionTwice", request.ConnectionSource, other);
        if (request.Connection is { } given)
            return Parse(given, request.ConnectionSource);

        if (request.EnvFile is { } file)
        {
            var parameters = FromNamedFile(Path.GetFullPath(file, request.WorkingDirectory), file);
            if (environment.Raw(Variable) is not null)
                parameters.Warn(Texts.Get("EnvironmentOverruled", file));
            return parameters;
        }

        if (environment.Raw(Variable) is { } url)
            return Parse(url, Variable + " (environment)");

        foreach (var name in new[] { ".env.local", ".env" })
        {
            var path = Path.Combine(request.WorkingDirectory, name);
            if (File.Exists(path) && ReadFile(path, name) is { } value)
                return Parse(value, $"{Variable} ({name})");
        }

        return FromVariables(environment);
    }

    private static ConnectionParameters FromNamedFile(string path, string name)
    {
        if (!File.Exists(path))
            throw Texts.Usage("EnvFileMissing", name);
        var value = ReadFile(path, name) ?? throw Texts.Usage("EnvFileWithoutUrl", name);
        return Parse(value, $"{Variable} ({name})");
    }

    private static string? ReadFile(string path, string name)
    {
        try
        {
            return DotEnvFile.Read(File.ReadAllText(path), name, Variable);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Texts.Usage("EnvFileUnreadable", name);
        }
    }

    private static ConnectionParameters FromVariables(EnvironmentVariables environment)
    {
        string[] variables = ["PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER"];
        if (Array.Exists(variables, variable => environment[variable] is not null))
            return new ConnectionParameters("PG* variables");
        throw environment["PGSERVICE"] is null ? Texts.Usage("NoConnectionGiven") : Texts.Usage("ServiceFile");
    }

    private static ConnectionParameters Parse(string text, string source)
    {
        text = text.Trim();
        if (text.Length > 1 && text[0] is '"' or '\'' && text[^1] == text[0])
            text = text[1..^1].Trim();
        if (text.Length == 0)
            throw Texts.Usage("ConnectionEmpty", source);
        // What an agent or a shell leaves of a variable that it does not know: $(DatabaseUrl), ${DATABASE_URL}.
        if (text is ['$', '(', .., ')'] or ['$', '{', .., '}'])
            throw Texts.Usage("ConnectionUnexpanded", source, text);
        if (ConnectionUri.IsUri(text))
            return ConnectionUri.Parse(text, source);
        if (text.StartsWith("jdbc:", StringComparison.OrdinalIgnoreCase) || SchemeOf(text) is not null)
            throw Texts.Usage("UriScheme", source);
        return ConnectionInfoString.TryParse(text, source) ?? NpgsqlConnectionString.Parse(text, source);
    }

    private static string? SchemeOf(string text)
    {
        var end = text.IndexOf("://", StringComparison.Ordinal);
        return end > 0 && text[..end].All(character => char.IsAsciiLetterOrDigit(character) || character is '+' or '-' or '.')
            ? text[..end]
            : null;
    }
}
