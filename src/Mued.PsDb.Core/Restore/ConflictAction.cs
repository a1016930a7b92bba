namespace Mued.PsDb;

/// <summary>What a restore does with a row that the table holds already.</summary>
public enum ConflictAction
{
    /// <summary>The table's row stays.</summary>
    Skip,

    /// <summary>The restore fails, and nothing is loaded.</summary>
    Fail,

    /// <summary>The table's row is overwritten by the backup's.</summary>
    Replace,
}
