using Mued.PsDb.Inspection;

namespace Mued.PsDb;

/// <summary>A row of the history as a plan was made for it.</summary>
/// <param name="Migration">The migration's name.</param>
/// <param name="Version">Its version as written.</param>
/// <param name="SqlChecksum">SHA-256 of the SQL that was applied, or begun; see <see cref="SqlScript.SqlChecksum"/>.</param>
/// <param name="StatementsDone">How many of its statements are done.</param>
/// <param name="AppliedAt">When it was complete, on the server's clock; null while it is not.</param>
public sealed record PlannedHistory(string Migration, string Version, string SqlChecksum, int StatementsDone, DateTimeOffset? AppliedAt)
{
    /// <inheritdoc/>
    public override string ToString() => Migration;

    /// <summary>What a plan keeps of a row.</summary>
    internal static PlannedHistory Of(HistoryRow row) =>
        new(row.Migration, row.Version, row.SqlChecksum, row.StatementsDone, row.FinishedAt?.ToUniversalTime());
}
