using Npgsql;

namespace Mued.PsDb.Foundation;

/// <summary>The one table of SQLSTATEs (PostgreSQL manual, appendix A; the first two characters are the class).</summary>
internal static class SqlStates
{
    /// <summary>An enum label cannot be used before the transaction that added it commits; Npgsql has no name for it.</summary>
    public const string UnsafeNewEnumValueUsage = "55P04";

    // Npgsql has no names for these either.
    private const string IdleInTransactionSessionTimeout = "25P03";
    private const string TransactionTimeout = "25P04";
    private const string IdleSessionTimeout = "57P05";

    /// <summary>What a SQLSTATE is about.</summary>
    public static ServerFault FaultOf(string? sqlState) =>
        sqlState switch
        {
            PostgresErrorCodes.InsufficientPrivilege => ServerFault.PermissionDenied,
            PostgresErrorCodes.ReadOnlySqlTransaction => ServerFault.ReadOnlyTransaction,
            PostgresErrorCodes.SyntaxError => ServerFault.Syntax,
            PostgresErrorCodes.DuplicateTable
            or PostgresErrorCodes.DuplicateObject
            or PostgresErrorCodes.DuplicateColumn
            or PostgresErrorCodes.DuplicateFunction
            or PostgresErrorCodes.DuplicateSchema
            or PostgresErrorCodes.DuplicateDatabase => ServerFault.ObjectExists,
            PostgresErrorCodes.UndefinedTable
            or PostgresErrorCodes.UndefinedColumn
            or PostgresErrorCodes.UndefinedFunction
            or PostgresErrorCodes.UndefinedObject
            or PostgresErrorCodes.InvalidSchemaName => ServerFault.ObjectMissing,
            PostgresErrorCodes.DependentObjectsStillExist => ServerFault.DependentObjects,
            PostgresErrorCodes.ForeignKeyViolation => ServerFault.ForeignKeyViolation,
            PostgresErrorCodes.ActiveSqlTransaction or PostgresErrorCodes.InvalidTransactionTermination => ServerFault.TransactionForbidden,
            UnsafeNewEnumValueUsage => ServerFault.LabelNotCommitted,
            PostgresErrorCodes.LockNotAvailable => ServerFault.LockNotAvailable,
            PostgresErrorCodes.QueryCanceled => ServerFault.Cancelled,
            IdleInTransactionSessionTimeout or IdleSessionTimeout => ServerFault.SessionIdle,
            TransactionTimeout => ServerFault.TransactionTooLong,
            PostgresErrorCodes.DiskFull or PostgresErrorCodes.OutOfMemory => ServerFault.OutOfSpace,
            PostgresErrorCodes.TooManyConnections => ServerFault.TooManyConnections,
            PostgresErrorCodes.InvalidPassword => ServerFault.PasswordRejected,
            PostgresErrorCodes.InvalidCatalogName => ServerFault.DatabaseMissing,
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow =>
                ServerFault.ServerUnavailable,
            ['0', '8', ..] => ServerFault.ConnectionFailed,
            ['2', '2', ..] => ServerFault.InvalidData,
            ['2', '3', ..] => ServerFault.ConstraintViolation,
            ['2', '8', ..] => ServerFault.AuthenticationRejected,
            ['4', '0', ..] => ServerFault.RolledBack,
            ['5', '3', ..] => ServerFault.ResourceUsedUp,
            _ => ServerFault.Other,
        };

    /// <summary>Whether the same work may succeed when it is done again.</summary>
    public static bool IsTransient(string? sqlState) =>
        FaultOf(sqlState)
            is ServerFault.ConnectionFailed
                or ServerFault.RolledBack
                or ServerFault.TooManyConnections
                or ServerFault.LockNotAvailable
                or ServerFault.SessionIdle
                or ServerFault.ServerUnavailable;

    /// <summary>
    /// Whether two sessions made or changed the same object at the same time, and the server took back what came second: CREATE … IF NOT
    /// EXISTS then breaks the index of a catalog, and CREATE OR REPLACE, GRANT and COMMENT find their row updated, for which there is no
    /// SQLSTATE of its own. Done again, the work finds what the first has made. The number of a large object is the script's own choice:
    /// one that is taken stays so.
    /// </summary>
    public static bool IsCatalogRace(PostgresException error) =>
        error is { SqlState: PostgresErrorCodes.UniqueViolation, SchemaName: "pg_catalog", TableName: not "pg_largeobject_metadata" }
        || error is { SqlState: PostgresErrorCodes.InternalError, Routine: "simple_heap_update" or "simple_heap_delete" };

    /// <summary>Whether a row breaks a constraint of its table.</summary>
    public static bool IsConstraintViolation(string? sqlState) =>
        FaultOf(sqlState) is ServerFault.ConstraintViolation or ServerFault.ForeignKeyViolation;

    /// <summary>
    /// Whether CREATE … IF NOT EXISTS answers so when another session makes the same at the same time: it is not safe under concurrency.
    /// </summary>
    public static bool IsCreationRace(string? sqlState) =>
        sqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateObject;

    /// <summary>
    /// Whether a statement answers so when its work is done already: an index, label or database that exists, or one to drop that is gone.
    /// </summary>
    public static bool SaysDone(string? sqlState) =>
        sqlState
            is PostgresErrorCodes.DuplicateObject
                or PostgresErrorCodes.DuplicateTable
                or PostgresErrorCodes.DuplicateDatabase
                or PostgresErrorCodes.UndefinedObject
                or PostgresErrorCodes.UndefinedTable
                or PostgresErrorCodes.InvalidCatalogName;
}
