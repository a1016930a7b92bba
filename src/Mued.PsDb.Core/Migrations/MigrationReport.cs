using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>The outcome of <c>Invoke-MuedMigration</c>: one object a target database.</summary>
/// <inheritdoc cref="RunReport"/>
public sealed record MigrationReport(RunStatus Status, string Target, string Source) : RunReport(Status, Target, Source)
{
    /// <summary>The folder of the migrations.</summary>
    public string? Path { get; init; }

    /// <summary>Why it is that folder, for people; null when the caller did not say.</summary>
    public string? PathReason { get; init; }

    /// <summary>The convention that the folder was read by.</summary>
    public MigrationLayout? Layout { get; init; }

    /// <summary>Why it is that one; null for the bundled SQL.</summary>
    public string? LayoutReason { get; init; }

    /// <summary>The history table, as schema.table.</summary>
    [JsonIgnore]
    public string? HistoryTable { get; init; }

    /// <summary>What was rehearsed.</summary>
    [JsonIgnore]
    internal IReadOnlyList<MigrationTrace> Traces { get; init; } = [];

    /// <summary>Every file of the folder, in order, with what was done.</summary>
    public IReadOnlyList<MigrationResult> Migrations
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<MigrationResult>();

    /// <summary>Of a dry run, what the migrations would do to a database at work; the gravest first.</summary>
    public IReadOnlyList<SafetyFinding> Findings
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<SafetyFinding>();

    /// <summary>Applied migrations whose file is not in the folder.</summary>
    public IReadOnlyList<string> Missing
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <summary>Files of the folder that take migrations back, and are never run here.</summary>
    public IReadOnlyList<string> Rollbacks
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <summary>Files of the folder that are no migrations and take none back: notes, subfolders.</summary>
    public IReadOnlyList<string> Ignored
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <summary>The checksum of the plan that the run was held to; null for none.</summary>
    public string? Plan { get; init; }

    /// <summary>What the database was found to have before the run; null where nobody asked.</summary>
    public BaselineFinding? Baseline { get; init; }

    /// <summary>The verification after the run; null when the run failed before it or was a dry run.</summary>
    public VerificationSummary? Verification { get; init; }
}
