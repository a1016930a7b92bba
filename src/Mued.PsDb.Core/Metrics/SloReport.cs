using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>The outcome of <c>Test-MuedSlo</c>.</summary>
/// <param name="Target">The database as user@host:port/database, without secrets.</param>
/// <param name="Source">Where the connection came from.</param>
/// <param name="TimeZone">The time zone of the days.</param>
public sealed record SloReport(string Target, string Source, string TimeZone)
{
    /// <summary>Whether no objective failed, no day is missing and the month stays within its budget.</summary>
    public bool Success =>
        MissingDays.Count == 0 && Cost.Status != RunbookStatus.Failed && Objectives.All(item => item.Status != RunbookStatus.Failed);

    /// <summary>The first day of the window.</summary>
    public required DateOnly From { get; init; }

    /// <summary>The last day of the window.</summary>
    public required DateOnly To { get; init; }

    /// <summary>When the test started, on this machine's clock.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took.</summary>
    [JsonPropertyName("durationMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Duration { get; init; }

    /// <summary>How many dialogues the window holds.</summary>
    public int Queries { get; init; }

    /// <summary>The objectives.</summary>
    public IReadOnlyList<SloResult> Objectives
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<SloResult>();

    /// <summary>The days of the window that have no row.</summary>
    public IReadOnlyList<DateOnly> MissingDays
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<DateOnly>();

    /// <summary>What the month costs.</summary>
    public required CostOutlook Cost { get; init; }

    /// <summary>The days of the window whose cost is out of line.</summary>
    public IReadOnlyList<CostOutlier> Outliers
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<CostOutlier>();

    /// <summary>The days that were looked at and have a row, in order; the window is the end of them.</summary>
    public IReadOnlyList<DayFigures> Days
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<DayFigures>();

    /// <inheritdoc/>
    public override string ToString() => $"{(Success ? "Passed" : "Failed")}: {Target}";
}
