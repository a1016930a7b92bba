namespace Mued.PsDb;

/// <summary>What a restore is asked to do.</summary>
public sealed record RestoreOptions
{
    /// <summary>The folder of the backup.</summary>
    public required string Path { get; init; }

    /// <summary>What to do with rows that exist already: under the same key, or in the way of a unique rule.</summary>
    public ConflictAction OnConflict { get; init; }

    /// <summary>Loads the backup although it was taken from another database.</summary>
    public bool AllowOtherDatabase { get; init; }

    /// <summary>Loads everything in a transaction that is rolled back.</summary>
    public bool DryRun { get; init; }

    /// <summary>How long a statement may wait for a lock before the restore steps back and tries again.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many tries the restore has against transient failures, the first included.</summary>
    public int MaxAttempts { get; init; } = 10;

    /// <summary>How long these tries may take together; the time of a try that has begun is not cut.</summary>
    public TimeSpan RetryTime { get; init; } = TimeSpan.FromSeconds(60);
}
