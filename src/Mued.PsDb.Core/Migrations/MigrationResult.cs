using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>What a run did with one migration file.</summary>
/// <param name="Version">The version as the file name writes it, for example 0006.</param>
/// <param name="Name">The file's base name, which is the migration's identity.</param>
/// <param name="Status">What was done.</param>
public sealed record MigrationResult(string Version, string Name, MigrationStatus Status)
{
    /// <summary>Whether it runs again whenever its SQL has changed, behind those that have versions.</summary>
    public bool Repeatable { get; init; }

    /// <summary>Why it was skipped or is pending, and of a repeatable one why it ran; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>The file's full path.</summary>
    public string? File { get; init; }

    /// <summary>How many SQL statements the file holds.</summary>
    public int Statements { get; init; }

    /// <summary>From the first to the last answer of the server for this migration.</summary>
    [JsonPropertyName("durationMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Duration { get; init; }

    /// <summary>When it started, after the start of the run.</summary>
    [JsonPropertyName("offsetMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Offset { get; init; }

    /// <summary>Notices and warnings of the server, and remarks of the planner about the file.</summary>
    public IReadOnlyList<ServerNotice> Notices
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<ServerNotice>();

    /// <summary>The tries that failed, in order.</summary>
    public IReadOnlyList<MigrationAttempt> Attempts
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<MigrationAttempt>();

    /// <summary>In a dry run, what it did to relations that existed before.</summary>
    public IReadOnlyList<RelationImpact> Impacts
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<RelationImpact>();

    /// <summary>In a dry run, what it did, statement by statement.</summary>
    public IReadOnlyList<StatementEvidence> Trace
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<StatementEvidence>();

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Status})";
}
