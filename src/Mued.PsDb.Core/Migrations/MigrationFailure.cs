using Mued.PsDb.Connections;
using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;
using Mued.PsDb.Runs;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>Turns what stopped a run into the error that its report shows.</summary>
internal static class MigrationFailure
{
    /// <summary>The error: of the history, of a statement, or of the connection.</summary>
    public static MuedException From(BatchFailure failure, HistoryTable history, ConnectionSettings settings)
    {
        var error = BlockerText.WithAdvice(Describe(failure, history, settings), failure.Blockers);
        return failure is { InDoubt: true, Statement: { } statement }
            ? error.With(Texts.Get("MigrationInDoubt.FailedAdvice", statement + 1, failure.Item.File.Sql.Statements.Count))
            : error;
    }

    private static MuedException Describe(BatchFailure failure, HistoryTable history, ConnectionSettings settings) =>
        failure.Cause switch
        {
            MuedException e => e,
            PostgresException { SqlState: HistoryTable.RowLost } e when failure.Stage is BatchStage.Claim or BatchStage.Finish => OfHistory(
                "HistoryRowLost",
                e,
                history,
                failure.Item.File
            ),
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } e when failure.Stage == BatchStage.UpgradeHistory =>
                OfHistory("HistoryUpgradeForbidden", e, history),
            PostgresException e
                when failure.Stage is BatchStage.CreateHistory or BatchStage.UpgradeHistory or BatchStage.Claim
                    && !ConnectionFailure.IsTransient(e) => OfHistory("HistoryUnwritable", e, history),
            PostgresException e when failure.Stage == BatchStage.Approve && !ConnectionFailure.IsTransient(e) => Texts.Error(
                "PlanUnsettled",
                ExitCode.MigrationFailed,
                new ErrorPlace(failure.Item.File.Sql.File, SqlState: e.SqlState, TargetName: failure.Item.File.Name),
                e,
                failure.Item.File.Name
            ),
            PostgresException e when failure.Stage == BatchStage.Finish && !ConnectionFailure.IsTransient(e) => OfHistory(
                "HistoryUnwritableAfter",
                e,
                history,
                failure.Item.File
            ),
            PostgresException e => StaysDone(
                failure,
                ServerError.From(e, failure.Item.File.Sql, failure.Statement, failure.Item.File.Name)
            ),
            _ => ConnectionFailure.From(failure.Cause, settings),
        };

    private static MuedException OfHistory(string errorId, PostgresException e, HistoryTable history) =>
        Texts.Error(
            errorId,
            ExitCode.MigrationFailed,
            new ErrorPlace(SqlState: e.SqlState, TargetName: history.Name.ToString()),
            e,
            history.Name,
            e.MessageText
        );

    private static MuedException OfHistory(string errorId, PostgresException e, HistoryTable history, MigrationFile file) =>
        Texts.Error(
            errorId,
            ExitCode.MigrationFailed,
            new ErrorPlace(file.Sql.File, SqlState: e.SqlState, TargetName: file.Name),
            e,
            file.Name,
            history.Name,
            e.MessageText
        );

    /// <summary>Where the general advice says that all was rolled back, a non-transactional migration needs another.</summary>
    private static MuedException StaysDone(BatchFailure failure, MuedException error) =>
        failure is { Item.NonTransactional: true, Statement: { } done } && error.ErrorId == ErrorIds.MigrationFailed
            ? error.With(Texts.Get("MigrationFailed.StepwiseAdvice", done, failure.Item.File.Sql.Statements.Count))
            : error;
}
