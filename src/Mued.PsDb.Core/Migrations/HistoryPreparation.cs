using Mued.PsDb.Inspection;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>What must be done to the history table before the first row is written.</summary>
/// <param name="Steps">The statements, a transaction of their own; none for a table as it should be.</param>
/// <param name="Stage">What they do.</param>
internal sealed record HistoryPreparation(IReadOnlyList<BatchStep> Steps, BatchStage Stage)
{
    /// <summary>Of a table as it should be.</summary>
    public static HistoryPreparation None { get; } = new([], BatchStage.CreateHistory);

    /// <summary>The preparation of a table that was seen in this format; zero means that there is none.</summary>
    public static HistoryPreparation Of(int format, HistoryTable history, RunContext context, NpgsqlConnection connection) =>
        new(
            history.Prepare(format, context.Transaction.Begin(connection)),
            format == 0 ? BatchStage.CreateHistory : BatchStage.UpgradeHistory
        );
}
