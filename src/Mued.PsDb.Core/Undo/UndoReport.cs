using System.Text.Json.Serialization;

namespace Mued.PsDb;

/// <summary>The outcome of <c>Undo-MuedMigration</c>: one object a target database.</summary>
/// <param name="Status">How the run ended.</param>
/// <param name="Target">The database as user@host:port/database, without secrets.</param>
/// <param name="Source">Where the connection came from.</param>
public sealed record UndoReport(RunStatus Status, string Target, string Source)
{
    /// <summary>The folder of the migrations.</summary>
    public string? Path { get; init; }

    /// <summary>The server's version, for example 17.5.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>When the run started, on this machine's clock.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How long the run took.</summary>
    [JsonPropertyName("durationMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Duration { get; init; }

    /// <summary>The units, newest first, with what was done.</summary>
    public IReadOnlyList<UndoUnit> Units { get; init; } = [];

    /// <summary>The tables that vanished, or would have.</summary>
    public IReadOnlyList<LostTable> Tables { get; init; } = [];

    /// <summary>The columns that vanished, or would have, from tables that stay.</summary>
    public IReadOnlyList<LostColumn> Columns { get; init; } = [];

    /// <summary>Objects that the migrations did not make and that CASCADE took, or would have taken.</summary>
    public IReadOnlyList<DependentObject> Dependents { get; init; } = [];

    /// <summary>The verified copy of the rows; null when none was written.</summary>
    public BackupInfo? Backup { get; init; }

    /// <summary>The tries that failed, in order.</summary>
    public IReadOnlyList<MigrationAttempt> Attempts { get; init; } = [];

    /// <summary>Notices and warnings of the server.</summary>
    public IReadOnlyList<ServerNotice> Notices { get; init; } = [];

    /// <summary>Things a person should know although the run went on.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What went wrong; null when nothing did.</summary>
    public MuedError? Error { get; init; }
}
