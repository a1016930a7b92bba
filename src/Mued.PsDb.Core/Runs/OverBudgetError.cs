using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Runs;

/// <summary>Says who waited too long for a transaction of ours, and what would not make them wait.</summary>
internal static class OverBudgetError
{
    private const int MostNamed = 3;

    /// <summary>The error in the place of the cancellation that the server told of.</summary>
    /// <param name="over">What was ended.</param>
    /// <param name="error">What the run was told: it knows the file and the place.</param>
    /// <param name="budget">The longest that anybody may wait.</param>
    public static MuedException From(OverBudget over, MuedException error, TimeSpan? budget)
    {
        var place = new ErrorPlace(error.File, error.Line, error.Column, error.SqlState, error.TargetName);
        if (over.WalBytes is { } wal)
            return Texts.Error("TooMuchWal", ExitCode.MigrationFailed, place, error, error.TargetName, Figures.Bytes(wal));
        var who = string.Join(", ", over.Blocked.Take(MostNamed).Select(Describe));
        if (over.Blocked.Count > MostNamed)
            who = Texts.Get("ListAndMore", who, over.Blocked.Count - MostNamed);
        return Texts
            .Error(
                over.Queued ? "QueuedTooLong" : "BlockedTooLong",
                ExitCode.MigrationFailed,
                place,
                error,
                error.TargetName,
                Figures.Duration(over.Waited),
                Figures.Duration(budget ?? TimeSpan.Zero),
                who,
                Figures.Duration(over.Ran),
                over.Work is null ? "" : Texts.Get("StatementWork", over.Work),
                Texts.Get(SafeWay(over.Statement))
            )
            .With(passesByItself: over.Queued);
    }

    private static string Describe(BlockedSession session) =>
        Texts.Get("BlockedSession", session.Pid, session.ApplicationName, Figures.Duration(session.Waited));

    private static string SafeWay(string statement) =>
        SqlCommand.NameOf(statement) switch
        {
            "CREATE INDEX" or "DROP INDEX" or "REINDEX" or "REFRESH MATERIALIZED VIEW" => "SafeWay.Concurrently",
            "ALTER TABLE" => "SafeWay.AlterTable",
            "INSERT" or "UPDATE" or "DELETE" or "MERGE" or "WITH" or "COPY" => "SafeWay.Rows",
            _ => "SafeWay",
        };
}
