namespace Mued.PsDb;

/// <summary>What a run did with a migration.</summary>
public enum MigrationStatus : long
{
    /// <summary>Applied by this run.</summary>
    Applied,

    /// <summary>Left alone; <see cref="MigrationResult.Reason"/> says why.</summary>
    Skipped,

    /// <summary>Not applied: above the target version, after a failure, or in a dry run.</summary>
    Pending,

    /// <summary>Tried, failed, and rolled back.</summary>
    Failed,
}
