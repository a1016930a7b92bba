using Mued.PsDb.Foundation;
using Npgsql;

namespace Mued.PsDb.Runs;

/// <summary>Turns what the server said about a migration into an error that names file, line and column and says what to do.</summary>
internal static class ServerError
{
    /// <summary>The error for a failed statement or transaction of a script.</summary>
    /// <param name="error">What the server said.</param>
    /// <param name="script">The script at work.</param>
    /// <param name="statement">The index of the statement; null when it was none of the script's own.</param>
    /// <param name="name">The migration or rollback script, by its base name.</param>
    public static MuedException From(PostgresException error, SqlScript script, int? statement, string name)
    {
        var place = new ErrorPlace(script.File, SqlState: error.SqlState, TargetName: name);
        if (statement is { } index)
        {
            var (line, column) = script.Position(script.Statements[index], error.Position);
            place = place with { Line = line, Column = column };
        }

        var message = error.Hint is { Length: > 0 } hint ? $"{error.MessageText} ({hint})" : error.MessageText;
        return Texts.Error(ErrorIdOf(error.SqlState), ExitCode.MigrationFailed, place, error, name, message);
    }

    // PostgreSQL manual, appendix A: the class is the first two characters.
    private static string ErrorIdOf(string sqlState) =>
        sqlState switch
        {
            PostgresErrorCodes.InsufficientPrivilege => "PermissionDenied",
            PostgresErrorCodes.SyntaxError => "SyntaxError",
            PostgresErrorCodes.DuplicateTable
            or PostgresErrorCodes.DuplicateObject
            or PostgresErrorCodes.DuplicateColumn
            or PostgresErrorCodes.DuplicateFunction
            or PostgresErrorCodes.DuplicateSchema
            or PostgresErrorCodes.DuplicateDatabase => "ObjectExists",
            PostgresErrorCodes.UndefinedTable
            or PostgresErrorCodes.UndefinedColumn
            or PostgresErrorCodes.UndefinedFunction
            or PostgresErrorCodes.UndefinedObject
            or PostgresErrorCodes.InvalidSchemaName => "ObjectMissing",
            PostgresErrorCodes.ForeignKeyViolation => "ForeignKeyViolation",
            PostgresErrorCodes.DependentObjectsStillExist => "DependentObjects",
            PostgresErrorCodes.LockNotAvailable => "LockTimeout",
            PostgresErrorCodes.QueryCanceled => "StatementCancelled",
            PostgresErrorCodes.ReadOnlySqlTransaction => "ReadOnlyTransaction",
            PostgresErrorCodes.DiskFull or PostgresErrorCodes.OutOfMemory => "ServerOutOfSpace",
            ['2', '3', ..] => "ConstraintViolation",
            _ => "MigrationFailed",
        };
}
