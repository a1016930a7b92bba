namespace Mued.PsDb;

/// <summary>Where a migration stands in a database.</summary>
public enum MigrationState : long
{
    /// <summary>Applied, and the file is as it was.</summary>
    Applied,

    /// <summary>Not applied.</summary>
    Pending,

    /// <summary>Applied, but the SQL of the file has changed since.</summary>
    Changed,

    /// <summary>Applied, but no file of the folder bears its name.</summary>
    Missing,

    /// <summary>A non-transactional migration that was begun and is not complete.</summary>
    Interrupted,

    /// <summary>Left out by an exclude pattern.</summary>
    Excluded,

    /// <summary>No database was asked.</summary>
    Unknown,
}
