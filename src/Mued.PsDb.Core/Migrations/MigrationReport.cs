using System.Text.Json.Serialization;

namespace Mued.PsDb;

/// <summary>The outcome of <c>Invoke-MuedMigration</c>: one object a target database.</summary>
/// <param name="Status">How the run ended.</param>
/// <param name="Target">The database as user@host:port/database, without secrets.</param>
/// <param name="Source">Where the connection came from.</param>
public sealed record MigrationReport(RunStatus Status, string Target, string Source)
{
    /// <summary>The folder of the migrations.</summary>
    public string? Path { get; init; }

    /// <summary>The server's version, for example 17.5.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>When the run started, on this machine's clock.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How long the run took, from connecting to the last check.</summary>
    [JsonPropertyName("durationMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Duration { get; init; }

    /// <summary>Every file of the folder, in order, with what was done.</summary>
    public IReadOnlyList<MigrationResult> Migrations { get; init; } = [];

    /// <summary>Applied migrations whose file is not in the folder.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Files of the folder that are no migrations: rollback scripts, notes, subfolders.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Things a person should know although the run went on.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The verification after the run; null when the run failed before it or was a dry run.</summary>
    public VerificationSummary? Verification { get; init; }

    /// <summary>What went wrong; null when nothing did.</summary>
    public MuedError? Error { get; init; }
}
