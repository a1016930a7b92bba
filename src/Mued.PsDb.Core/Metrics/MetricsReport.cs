using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>The outcome of <c>Update-MuedMetric</c>.</summary>
/// <param name="Target">The database as user@host:port/database, without secrets.</param>
/// <param name="Source">Where the connection came from.</param>
/// <param name="TimeZone">The time zone of the days.</param>
public sealed record MetricsReport(string Target, string Source, string TimeZone)
{
    /// <summary>Always true: what goes wrong is an error.</summary>
    public bool Success => true;

    /// <summary>How it ended; what goes wrong is an error, and changes nothing.</summary>
    public RunStatus Status => RunStatus.Succeeded;

    /// <summary>When the run started, on this machine's clock.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took.</summary>
    [JsonPropertyName("durationMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Duration { get; init; }

    /// <summary>The days, in order.</summary>
    public IReadOnlyList<MetricsDay> Days
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<MetricsDay>();

    /// <inheritdoc/>
    public override string ToString() => $"{Status}: {Target}";
}
