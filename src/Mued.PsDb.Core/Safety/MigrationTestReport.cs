using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;

namespace Mued.PsDb;

/// <summary>The outcome of <c>Test-MuedMigration</c>.</summary>
/// <param name="Passed">Whether everything ran, and no finding is as grave as <see cref="FailOn"/>.</param>
/// <param name="Path">The folder.</param>
public sealed record MigrationTestReport(bool Passed, string Path)
{
    /// <summary>The same as <see cref="Passed"/>, by the name that every report has.</summary>
    public bool Success => Passed;

    /// <summary>Why it is that folder, for people; null when the caller did not say.</summary>
    public string? PathReason { get; init; }

    /// <summary>The database that sizes and history came from, as user@host:port/database; null for none.</summary>
    public string? Target { get; init; }

    /// <summary>Where the connection came from; null for none.</summary>
    public string? Source { get; init; }

    /// <summary>The version of the server that the migrations ran on.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>What the migrations were run on, in words.</summary>
    public required string Base { get; init; }

    /// <summary>From which severity on a finding makes the test fail.</summary>
    [JsonConverter(typeof(KindConverter<FindingSeverity>))]
    public FindingSeverity FailOn { get; init; }

    /// <summary>When the test started, on this machine's clock.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took.</summary>
    [JsonPropertyName("durationMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Duration { get; init; }

    /// <summary>What was found, the gravest first.</summary>
    public IReadOnlyList<SafetyFinding> Findings
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<SafetyFinding>();

    /// <summary>What the migrations did, statement by statement.</summary>
    public IReadOnlyList<MigrationTrace> Migrations
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<MigrationTrace>();

    /// <summary>What the test cost the other clients of the database; null in a sandbox.</summary>
    public Harm? Harm { get; init; }

    /// <summary>Things a person should know although the test went on.</summary>
    public IReadOnlyList<string> Warnings
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <summary>What ended the test before its end; null when nothing did.</summary>
    public MuedError? Error { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{(Passed ? "Passed" : "Failed")}: {Path}";
}
