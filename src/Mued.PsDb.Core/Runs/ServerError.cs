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

    /// <summary>What to do about a time limit that ended the work, whatever the work was; null for any other error.</summary>
    public static string? AdviceOnLimit(string sqlState) =>
        SqlStates.FaultOf(sqlState) is ServerFault.Cancelled or ServerFault.SessionIdle or ServerFault.TransactionTooLong
            ? Texts.Get(ErrorIdOf(sqlState) + ".Advice")
            : null;

    private static string ErrorIdOf(string sqlState) =>
        SqlStates.FaultOf(sqlState) switch
        {
            ServerFault.PermissionDenied => "PermissionDenied",
            ServerFault.Syntax => "SyntaxError",
            ServerFault.ObjectExists => "ObjectExists",
            ServerFault.ObjectMissing => "ObjectMissing",
            ServerFault.ForeignKeyViolation => "ForeignKeyViolation",
            ServerFault.ConstraintViolation => "ConstraintViolation",
            ServerFault.DependentObjects => "DependentObjects",
            ServerFault.TransactionForbidden => "TransactionForbidden",
            ServerFault.LabelNotCommitted => "LabelNotCommitted",
            ServerFault.LockNotAvailable => "LockTimeout",
            ServerFault.Cancelled => "StatementCancelled",
            ServerFault.SessionIdle => "SessionIdle",
            ServerFault.TransactionTooLong => "TransactionTooLong",
            ServerFault.ReadOnlyTransaction => "ReadOnlyTransaction",
            ServerFault.OutOfSpace => "ServerOutOfSpace",
            _ => ErrorIds.MigrationFailed,
        };
}
