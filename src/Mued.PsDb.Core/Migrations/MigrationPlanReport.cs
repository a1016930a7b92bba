using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;

namespace Mued.PsDb;

/// <summary>
/// The plan of a run, made by the code that runs: what <c>Invoke-MuedMigration -WhatIf</c> writes for whoever is to approve it. As JSON it
/// can be handed to the run, which then does this and nothing else.
/// </summary>
/// <inheritdoc cref="RunReport"/>
public sealed record MigrationPlanReport(RunStatus Status, string Target, string Source) : RunReport(Status, Target, Source)
{
    /// <summary>The newest <see cref="FormatVersion"/> that this version of the product reads.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>The version of the file format.</summary>
    [JsonPropertyOrder(-4)]
    public int FormatVersion { get; init; } = CurrentFormatVersion;

    /// <summary>
    /// SHA-256 of the plan's content: the name by which a plan that was approved is known again, and by which a file that was changed is
    /// found out. Null where the plan is no file.
    /// </summary>
    [JsonPropertyOrder(-3)]
    public string? Checksum { get; init; }

    /// <summary>The checksum of an earlier plan that this one was held to: where that still holds, this is it once more. Null for none.</summary>
    public string? Plan { get; init; }

    /// <summary>The database that the plan is for.</summary>
    public required DatabaseOrigin Database { get; init; }

    /// <summary>The folder of the migrations.</summary>
    public required string Path { get; init; }

    /// <summary>Why it is that folder, for people; null when the caller did not say. It is no part of the plan.</summary>
    [JsonIgnore]
    public string? PathReason { get; init; }

    /// <summary>The convention that the folder was read by.</summary>
    public MigrationLayout Layout { get; init; }

    /// <summary>Why it is that one; null for the bundled SQL.</summary>
    public string? LayoutReason { get; init; }

    /// <summary>The options that the plan was made with.</summary>
    public required PlanSwitches Switches { get; init; }

    /// <summary>The names of the placeholders that were given a value.</summary>
    public IReadOnlyList<string> Variables
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <summary>What the options make of the plan.</summary>
    public IReadOnlyList<PlanEffect> Effects
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<PlanEffect>();

    /// <summary>Every migration of the folder, in order.</summary>
    public IReadOnlyList<PlannedMigration> Migrations
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<PlannedMigration>();

    /// <summary>The history that the plan was made for.</summary>
    public IReadOnlyList<PlannedHistory> History
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<PlannedHistory>();

    /// <summary>What the tables are that the rehearsal saw locked; null where there was none, or it locked none.</summary>
    [JsonConverter(typeof(SnapshotConverter))]
    public SchemaSnapshot? Definitions { get; init; }

    /// <summary>What the migrations would do to a database at work, the gravest first.</summary>
    public IReadOnlyList<SafetyFinding> Findings
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<SafetyFinding>();

    /// <summary>What the findings were made on, in words; null for the rehearsal on the database itself.</summary>
    public string? TestedOn { get; init; }

    /// <summary>Applied migrations whose file is not in the folder.</summary>
    public IReadOnlyList<string> Missing
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

    /// <summary>What the database was found to have; null where nobody asked.</summary>
    public BaselineFinding? Baseline { get; init; }

    /// <summary>What was traced.</summary>
    [JsonIgnore]
    internal IReadOnlyList<MigrationTrace> Traces { get; init; } = [];
}
