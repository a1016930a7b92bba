namespace Mued.PsDb.Connections;

/// <summary>The environment that a connection is resolved in: the process's, or a given one.</summary>
internal sealed class EnvironmentVariables(IReadOnlyDictionary<string, string?>? given)
{
    /// <summary>The value of a variable; null when it is not set or blank.</summary>
    public string? this[string name] => Raw(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    /// <summary>The value of a variable as it is set, blank or not; null when it is not set.</summary>
    public string? Raw(string name) => given is null ? Environment.GetEnvironmentVariable(name) : given.GetValueOrDefault(name);

    /// <summary>
    /// A file that libpq looks for by default: <c>~/.postgresql/name</c>, on Windows <c>%APPDATA%\postgresql\name</c>, and a name with a
    /// dot before it in the home folder itself; null when it does not exist or the user has no such folder, as in a runbook.
    /// </summary>
    public string? DefaultFile(string name)
    {
        var home = OperatingSystem.IsWindows() ? this["APPDATA"] : this["HOME"];
        if (home is null)
            return null;
        var path = (OperatingSystem.IsWindows(), name) switch
        {
            (true, _) => Path.Combine(home, "postgresql", name),
            (false, ['.', ..]) => Path.Combine(home, name),
            _ => Path.Combine(home, ".postgresql", name),
        };
        return File.Exists(path) ? path : null;
    }
}
