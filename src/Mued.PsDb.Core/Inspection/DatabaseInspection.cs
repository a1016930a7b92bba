using Mued.PsDb.Connections;
using Mued.PsDb.Foundation;
using Mued.PsDb.Runs;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Inspection;

/// <summary>What a run must know before it plans, read in one round trip.</summary>
/// <param name="HistoryFormat">The format of the history table; zero where there is none.</param>
/// <param name="HistoryUsed">Whether it holds any row, be it that of a migration undone since.</param>
/// <param name="History">Its live rows, in the order in which they were applied.</param>
/// <param name="Undone">Whether undos have recorded what they took.</param>
/// <param name="Facts">The server, and the tables that the migrations build on.</param>
internal sealed record DatabaseInspection(
    int HistoryFormat,
    bool HistoryUsed,
    IReadOnlyList<HistoryRow> History,
    bool Undone,
    ServerFacts Facts
)
{
    /// <summary>Tables that may be the history of another tool.</summary>
    public IReadOnlyList<ForeignTable> ForeignTables { get; init; } = [];

    /// <summary>Reads the history and the server's facts.</summary>
    /// <param name="connection">The database.</param>
    /// <param name="history">The history table.</param>
    /// <param name="tables">The tables to look at.</param>
    /// <param name="foreign">The names of tables that may be the history of another tool.</param>
    /// <param name="lockTimeout">The longest wait for one lock, zero for no limit; null leaves the server's own.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public static async Task<DatabaseInspection> ReadAsync(
        NpgsqlConnection connection,
        HistoryTable history,
        IReadOnlyList<RequiredTable> tables,
        IReadOnlyList<string> foreign,
        TimeSpan? lockTimeout,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await connection
                .QueryAsync(
                    [
                        ServerLimits.LiftInBatch(connection, lockTimeout),
                        Preflight.Query(tables),
                        ForeignTable.Query(foreign),
                        new UndoneTable(history.Name).Exists,
                        .. HistoryState.Query(history),
                    ],
                    async reader =>
                    {
                        var facts = await Preflight.ReadAsync(reader, tables, cancellationToken).ConfigureAwait(false);
                        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                        var others = await reader.RowsAsync(ForeignTable.Of, cancellationToken).ConfigureAwait(false);
                        var undone = await reader.RowsAsync(row => row.GetBoolean(0), cancellationToken).ConfigureAwait(false);
                        var state = await HistoryState.ReadAsync(reader, history, cancellationToken).ConfigureAwait(false);
                        return new DatabaseInspection(state.Format, state.Used, state.Rows, undone[0], facts) { ForeignTables = others };
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (PostgresException e) when (!ConnectionFailure.IsTransient(e))
        {
            throw Texts
                .Error(
                    "HistoryUnreadable",
                    ExitCode.Usage,
                    new ErrorPlace(SqlState: e.SqlState, TargetName: history.Name.ToString()),
                    e,
                    history.Name,
                    e.MessageText
                )
                .With(ServerError.AdviceOnLimit(e.SqlState));
        }
    }
}
