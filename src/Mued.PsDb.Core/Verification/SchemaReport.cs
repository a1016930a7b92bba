using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>The outcome of <c>Test-MuedSchema</c>.</summary>
/// <param name="Passed">Whether no check failed.</param>
/// <param name="Target">The database as user@host:port/database, without secrets.</param>
/// <param name="Source">Where the connection came from.</param>
public sealed record SchemaReport(bool Passed, string Target, string Source)
{
    /// <summary>The same as <see cref="Passed"/>, by the name that every report has.</summary>
    public bool Success => Passed;

    /// <summary>What was compared with: a file, or the migrations of a folder.</summary>
    public string? Expectation { get; init; }

    /// <summary>Why it was that one, for people; null when the caller did not say.</summary>
    public string? PathReason { get; init; }

    /// <summary>The server's version.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>When the test started, on this machine's clock.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took.</summary>
    [JsonPropertyName("durationMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Duration { get; init; }

    /// <summary>Every check, in the order of the expectation.</summary>
    public IReadOnlyList<SchemaCheck> Checks
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<SchemaCheck>();

    /// <summary>Rows and storage, with -IncludeData.</summary>
    public IReadOnlyList<TableSize> Tables
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<TableSize>();

    /// <summary>What the test says nothing about, in words.</summary>
    public IReadOnlyList<string> NotCompared
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <summary>How many checks failed.</summary>
    public int Failed => Checks.Count(check => check.Failed);

    /// <inheritdoc/>
    public override string ToString() => $"{(Passed ? "Passed" : "Failed")}: {Target}";
}
