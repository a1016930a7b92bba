using System.Text;
using System.Text.Json.Serialization;

namespace Mued.PsDb;

/// <summary>Everything from which <see cref="ConnectionSettings.Resolve"/> finds a database. Printing it shows no secret.</summary>
public sealed record ConnectionRequest
{
    /// <summary>The time to establish one connection, unless the request or <c>connect_timeout</c> says otherwise.</summary>
    public static readonly TimeSpan DefaultConnectTimeout = TimeSpan.FromSeconds(15);

    /// <summary>The time for which a failure that passes by itself is retried, unless the request says otherwise.</summary>
    public static readonly TimeSpan DefaultRetryTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A connection URI, a libpq keyword/value string or an Npgsql connection string; null to look for one in the other
    /// places.
    /// </summary>
    [JsonIgnore]
    public string? Connection { get; init; }

    /// <summary>How messages and reports name <see cref="Connection"/>: <c>-Connection</c> or <c>--url</c>.</summary>
    public string ConnectionSource { get; init; } = "-Connection";

    /// <summary>The role to log in as; overrides the one of the connection string.</summary>
    public string? UserName { get; init; }

    /// <summary>The role's password; overrides the one of the connection string.</summary>
    [JsonIgnore]
    public string? Password { get; init; }

    /// <summary>
    /// The one file to take DATABASE_URL from; null to look into the environment, then .env.local, then .env. A relative path
    /// starts at <see cref="WorkingDirectory"/>.
    /// </summary>
    public string? EnvFile { get; init; }

    /// <summary>The folder in which .env.local and .env are looked for.</summary>
    public string WorkingDirectory { get; init; } = Environment.CurrentDirectory;

    /// <summary>The environment variables; null for those of this process.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string?>? EnvironmentVariables { get; init; }

    /// <summary>
    /// The time to establish one connection, rounded up to whole seconds; null for <c>connect_timeout</c> of the connection
    /// string or PGCONNECT_TIMEOUT, else <see cref="DefaultConnectTimeout"/>.
    /// </summary>
    public TimeSpan? ConnectTimeout { get; init; }

    /// <summary>
    /// For how long opening a connection is tried again after a failure that passes by itself: a server that is starting up,
    /// no free connection slot, a serverless endpoint that is waking. A wrong host, password or database is never retried.
    /// </summary>
    public TimeSpan RetryTimeout { get; init; } = DefaultRetryTimeout;

    private bool PrintMembers(StringBuilder builder)
    {
        builder
            .Append("UserName = ")
            .Append(UserName)
            .Append(", EnvFile = ")
            .Append(EnvFile)
            .Append(", WorkingDirectory = ")
            .Append(WorkingDirectory);
        return true;
    }
}
