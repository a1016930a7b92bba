namespace Mued.PsDb.Backups;

/// <summary>Which rows of a table that stays are copied as they were before the rollback scripts changed them.</summary>
internal enum RowImage
{
    /// <summary>None.</summary>
    None,

    /// <summary>Those that the scripts update or delete.</summary>
    Changed,

    /// <summary>All, for they are emptied or written anew.</summary>
    All,
}
