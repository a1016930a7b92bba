using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Runs;

/// <summary>A transaction's id, by which the server tells for a long time afterwards what became of it.</summary>
internal static class ServerTransaction
{
    /// <summary>The id of the transaction that is open.</summary>
    public static async Task<string> IdAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        return (string)
            (await connection.ScalarAsync(["SELECT pg_catalog.pg_current_xact_id()::text"], cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>Asks for a transaction. One that the server does not know ends the transaction that the question is asked in.</summary>
    public static async Task<TransactionStatus> StatusAsync(NpgsqlConnection connection, string id, CancellationToken cancellationToken)
    {
        var question = new NpgsqlBatchCommand("SELECT pg_catalog.pg_xact_status($1::text::xid8)") { Parameters = { new() { Value = id } } };
        try
        {
            return await connection.ScalarAsync([question], cancellationToken).ConfigureAwait(false) switch
            {
                "committed" => TransactionStatus.Committed,
                "aborted" => TransactionStatus.Aborted,
                "in progress" => TransactionStatus.InProgress,
                _ => TransactionStatus.Unknown,
            };
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidParameterValue)
        {
            // A transaction "in the future": another server answers, or one that was set back.
            return TransactionStatus.Unknown;
        }
    }
}
