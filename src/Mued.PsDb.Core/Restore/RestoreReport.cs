using System.Text.Json.Serialization;

namespace Mued.PsDb;

/// <summary>The outcome of <c>Restore-MuedBackup</c>.</summary>
/// <param name="Status">How the run ended.</param>
/// <param name="Target">The database as user@host:port/database, without secrets.</param>
/// <param name="Source">Where the connection came from.</param>
public sealed record RestoreReport(RunStatus Status, string Target, string Source)
{
    /// <summary>The full path of the backup's folder.</summary>
    public string? Path { get; init; }

    /// <summary>The server's version, for example 17.5.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>When the run started, on this machine's clock.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How long the run took.</summary>
    [JsonPropertyName("durationMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan Duration { get; init; }

    /// <summary>What became of the rows, one entry a file, in the order of loading.</summary>
    public IReadOnlyList<RestoredTable> Tables { get; init; } = [];

    /// <summary>How many rows were loaded or overwritten.</summary>
    public long Loaded => Tables.Sum(table => table.Loaded);

    /// <summary>How many rows were left out because they exist.</summary>
    public long Skipped => Tables.Sum(table => table.Skipped);

    /// <summary>How many rows were left out because the database does not take them.</summary>
    public long Rejected => Tables.Sum(table => table.Rejected);

    /// <summary>The tries that failed, in order.</summary>
    public IReadOnlyList<MigrationAttempt> Attempts { get; init; } = [];

    /// <summary>Notices and warnings of the server.</summary>
    public IReadOnlyList<ServerNotice> Notices { get; init; } = [];

    /// <summary>Things a person should know although the run went on.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// What went wrong; null when nothing did. With <see cref="ExitCode.CheckFailed"/> rows were rejected and the others are loaded;
    /// with any other code nothing was loaded.
    /// </summary>
    public MuedError? Error { get; init; }
}
