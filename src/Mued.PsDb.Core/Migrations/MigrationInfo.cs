using System.Text.Json.Serialization;

namespace Mued.PsDb;

/// <summary>One line of <c>Get-MuedMigration</c>: a migration of the folder or of the history.</summary>
/// <param name="Version">The version as the file name writes it.</param>
/// <param name="Name">The file's base name, which is the migration's identity.</param>
/// <param name="State">Where it stands.</param>
public sealed record MigrationInfo(string Version, string Name, MigrationState State)
{
    /// <summary>The file's full path; null when it is missing.</summary>
    public string? File { get; init; }

    /// <summary>How many SQL statements the file holds.</summary>
    public int Statements { get; init; }

    /// <summary>Whether it runs again whenever its SQL has changed, behind those that have versions.</summary>
    public bool Repeatable { get; init; }

    /// <summary>Whether it runs in a transaction.</summary>
    public bool Transactional { get; init; } = true;

    /// <summary>When it was applied, on the server's clock.</summary>
    public DateTimeOffset? AppliedAt { get; init; }

    /// <summary>The role that applied it.</summary>
    public string? AppliedBy { get; init; }

    /// <summary>How long it took.</summary>
    [JsonPropertyName("durationMs"), JsonConverter(typeof(MillisecondsConverter))]
    public TimeSpan? Duration { get; init; }

    /// <summary>What a person should know: a changed comment, a baseline, the reason of an interruption.</summary>
    public string? Remark { get; init; }

    /// <summary>The folder that was listed.</summary>
    [JsonIgnore]
    public string? Path { get; init; }

    /// <summary>The convention that the folder was read by.</summary>
    [JsonIgnore]
    public MigrationLayout Layout { get; init; }

    /// <summary>The history table that was read, as schema.table.</summary>
    [JsonIgnore]
    public string? HistoryTable { get; init; }

    /// <summary>The database as user@host:port/database.</summary>
    public string? Target { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({State})";
}
