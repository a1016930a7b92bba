namespace Mued.PsDb.Foundation;

/// <summary>What a server's refusal is about, as far as it makes a difference here; see <see cref="SqlStates"/>.</summary>
internal enum ServerFault
{
    /// <summary>Anything else.</summary>
    Other,

    /// <summary>The role lacks a privilege.</summary>
    PermissionDenied,

    /// <summary>The transaction may not write.</summary>
    ReadOnlyTransaction,

    /// <summary>The statement is no SQL.</summary>
    Syntax,

    /// <summary>An object of that name exists.</summary>
    ObjectExists,

    /// <summary>No object of that name exists.</summary>
    ObjectMissing,

    /// <summary>Other objects depend on the one to go.</summary>
    DependentObjects,

    /// <summary>A row refers to one that is not there.</summary>
    ForeignKeyViolation,

    /// <summary>A row breaks another constraint.</summary>
    ConstraintViolation,

    /// <summary>A value is not one of its type.</summary>
    InvalidData,

    /// <summary>The statement cannot run in a transaction block, or ends one that is not its own.</summary>
    TransactionForbidden,

    /// <summary>An enum label is used before the transaction that added it is committed.</summary>
    LabelNotCommitted,

    /// <summary>Another session holds the lock.</summary>
    LockNotAvailable,

    /// <summary>The transaction was rolled back for another's sake: a deadlock, a serialization failure.</summary>
    RolledBack,

    /// <summary>The statement was cancelled: by a timeout, or by a person.</summary>
    Cancelled,

    /// <summary>The server ended the session, since nothing came from this side in time.</summary>
    SessionIdle,

    /// <summary>The server ended the session, since its transaction took too long.</summary>
    TransactionTooLong,

    /// <summary>The disk or the memory is full.</summary>
    OutOfSpace,

    /// <summary>There is no connection left.</summary>
    TooManyConnections,

    /// <summary>Another resource is used up.</summary>
    ResourceUsedUp,

    /// <summary>The password is wrong.</summary>
    PasswordRejected,

    /// <summary>The role may not connect, or is not there.</summary>
    AuthenticationRejected,

    /// <summary>The database is not there.</summary>
    DatabaseMissing,

    /// <summary>The connection failed.</summary>
    ConnectionFailed,

    /// <summary>The server starts, stops, or has crashed.</summary>
    ServerUnavailable,
}
