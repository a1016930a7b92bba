namespace Mued.PsDb.Runs;

/// <summary>What became of a transaction.</summary>
internal enum TransactionStatus
{
    /// <summary>The server does not know the transaction, or not any more.</summary>
    Unknown,

    /// <summary>It has not ended.</summary>
    InProgress,

    /// <summary>It committed.</summary>
    Committed,

    /// <summary>It was rolled back, or the server crashed under it.</summary>
    Aborted,
}
