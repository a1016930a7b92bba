using System.Diagnostics;
using Mued.PsDb.Connections;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Runs;

/// <summary>
/// Commits, and when the connection breaks while COMMIT is in flight, finds out what became of it on a new connection: the server knows
/// of every recent transaction whether it committed (pg_xact_status), and the history tells it for good.
/// </summary>
/// <param name="settings">The database.</param>
/// <param name="transaction">The transaction's id, from <see cref="ServerTransaction"/>.</param>
/// <param name="patience">How long to ask.</param>
/// <param name="unknownId">The ErrorId when there is no answer.</param>
internal sealed class CommitOutcome(ConnectionSettings settings, string transaction, TimeSpan patience, string unknownId)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    /// <summary>Commits. Returns null when it is committed, and else an error that says that nobody knows.</summary>
    /// <param name="connection">The connection that the transaction is open on.</param>
    /// <param name="untouched">
    /// Whether the database still holds what the transaction would have changed; null when that cannot be told. It is asked only when
    /// the server does not remember the transaction.
    /// </param>
    /// <exception cref="NpgsqlException">The transaction is known to be rolled back.</exception>
    public async Task<MuedException?> CommitAsync(
        NpgsqlConnection connection,
        Func<NpgsqlConnection, CancellationToken, Task<bool?>> untouched
    )
    {
        try
        {
            // From here on there is no way back, so a cancellation comes too late.
            await connection.ExecuteAsync(["COMMIT"], CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is NpgsqlException or IOException)
        {
            var (committed, unknown) = await ResolveAsync(untouched).ConfigureAwait(false);
            if (committed == false)
                throw;
            return unknown;
        }
    }

    private async Task<(bool? Committed, MuedException? Unknown)> ResolveAsync(
        Func<NpgsqlConnection, CancellationToken, Task<bool?>> untouched
    )
    {
        Exception? last = null;
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < patience; await Task.Delay(Poll).ConfigureAwait(false))
        {
            try
            {
                var connection = await settings.OpenAsync(reconnect: true, retrying: null, CancellationToken.None).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                {
                    switch (await ServerTransaction.StatusAsync(connection, transaction, CancellationToken.None).ConfigureAwait(false))
                    {
                        case TransactionStatus.Committed:
                            return (true, null);
                        case TransactionStatus.Aborted:
                            return (false, null);
                        case TransactionStatus.InProgress:
                            continue;
                    }

                    if (await untouched(connection, CancellationToken.None).ConfigureAwait(false) is { } still)
                        return (!still, null);
                }
            }
            catch (Exception e) when (e is NpgsqlException or IOException or MuedException)
            {
                last = e;
            }
        }

        return (null, Texts.Error(unknownId, ExitCode.MigrationFailed, new ErrorPlace(TargetName: settings.Target), last, settings.Target));
    }
}
