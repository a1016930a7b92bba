using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>The outcome of <c>Test-MuedHealth</c>.</summary>
/// <param name="Target">The database as user@host:port/database, without secrets.</param>
/// <param name="Source">Where the connection came from.</param>
public sealed record HealthReport(string Target, string Source)
{
    /// <summary>Whether no check failed.</summary>
    public bool Success => Checks.All(check => check.Status != RunbookStatus.Failed);

    /// <summary>The folder whose pending migrations were counted.</summary>
    public string? Path { get; init; }

    /// <summary>Why it is that folder, for people; null when the caller did not say.</summary>
    public string? PathReason { get; init; }

    /// <summary>When the test started, on this machine's clock.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took.</summary>
    [JsonPropertyName("durationMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Duration { get; init; }

    /// <summary>The server's version.</summary>
    public required string ServerVersion { get; init; }

    /// <summary>Since when the server counts what its statistics say; null for ever.</summary>
    public DateTimeOffset? StatisticsSince { get; init; }

    /// <summary>The checks.</summary>
    public IReadOnlyList<HealthCheck> Checks
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<HealthCheck>();

    /// <summary>How large the database is; null when the server did not say.</summary>
    public DatabaseSize? Size { get; init; }

    /// <summary>What a Neon compute tells; null elsewhere.</summary>
    public NeonCompute? Neon { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{(Success ? "Passed" : "Failed")}: {Target}";
}
