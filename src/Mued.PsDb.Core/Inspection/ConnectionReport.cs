using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>The outcome of <c>Test-MuedConnection</c>.</summary>
/// <param name="Success">Whether there is a connection and no check failed.</param>
/// <param name="Target">The database as user@host:port/database, without secrets.</param>
/// <param name="Source">Where the connection was found.</param>
public sealed record ConnectionReport(bool Success, string Target, string Source)
{
    /// <summary>The folder of the migrations that the database was tested for.</summary>
    public string? Path { get; init; }

    /// <summary>Why it is that folder, for people; null when the caller did not say.</summary>
    public string? PathReason { get; init; }

    /// <summary>The server's version, for example 17.5; null without a connection.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>The server's clock when it was asked.</summary>
    public DateTimeOffset? ServerTime { get; init; }

    /// <summary>The median of five round trips; null without a connection.</summary>
    [JsonPropertyName("latencyMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan? Latency { get; init; }

    /// <summary>The time to open the connection, retries included; null where none opened.</summary>
    [JsonPropertyName("connectMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan? ConnectDuration { get; init; }

    /// <summary>Whether the connection is encrypted by TLS.</summary>
    public bool Tls { get; init; }

    /// <summary>The TLS version, for example Tls13; null without TLS.</summary>
    public string? TlsProtocol { get; init; }

    /// <summary>The cipher suite as IANA names it; null without TLS.</summary>
    public string? TlsCipher { get; init; }

    /// <summary>libpq's sslmode in force.</summary>
    public string? SslMode { get; init; }

    /// <summary>Whether transactions of this role are read-only.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether the server is a standby.</summary>
    public bool InRecovery { get; init; }

    /// <summary>The schema in which unqualified names are created.</summary>
    public string? Schema { get; init; }

    /// <summary>Whether the role may create in <see cref="Schema"/>.</summary>
    public bool CanCreate { get; init; }

    /// <summary>Whether the role may create foreign keys to <c>users</c>; null where nothing needs it.</summary>
    public bool? CanReferenceUsers { get; init; }

    /// <summary>The tables that the migrations build on.</summary>
    public IReadOnlyList<BaseTable> BaseTables
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<BaseTable>();

    /// <summary>The tables in <see cref="Schema"/>, by name.</summary>
    public IReadOnlyList<string> ExistingTables
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <summary>How much of Phase 2 there is; null without a connection, and where the folder does not hold it.</summary>
    public Phase2State? Phase2 { get; init; }

    /// <summary>Every check, in the order in which they build on each other.</summary>
    public IReadOnlyList<ConnectionCheck> Checks
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<ConnectionCheck>();

    /// <summary>What a person should know about the connection's parameters.</summary>
    public IReadOnlyList<string> Warnings
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <summary>Why there is no connection; null when there is one.</summary>
    public MuedError? Error { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{(Success ? "Passed" : "Failed")}: {Target}";
}
