namespace Mued.PsDb;

/// <summary>What <see cref="NewMigration"/> is asked to do.</summary>
public sealed record NewMigrationOptions
{
    /// <summary>The folder of the migrations; it need not exist.</summary>
    public required string Path { get; init; }

    /// <summary>Why it is that folder, for people; null says nothing.</summary>
    public string? PathReason { get; init; }

    /// <summary>The convention of the folder; the default is the one that the folder shows.</summary>
    public MigrationLayout Layout { get; init; }

    /// <summary>What the migration does, in a few words; spaces become underscores.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the version is the time, in UTC, and not the next number.</summary>
    public bool Timestamp { get; init; }
}
