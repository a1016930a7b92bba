namespace Mued.PsDb;

/// <summary>What a run did with an undo unit.</summary>
public enum UndoStatus : long
{
    /// <summary>To be taken back: planned, or rehearsed only.</summary>
    Pending,

    /// <summary>Taken back; its migrations are pending again.</summary>
    Undone,

    /// <summary>Tried, failed, and rolled back.</summary>
    Failed,

    /// <summary>Unknown: the connection broke while the undo was being committed, and no answer could be had since.</summary>
    Unknown,
}
