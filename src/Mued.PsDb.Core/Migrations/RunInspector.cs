using Mued.PsDb.Importing;
using Mued.PsDb.Inspection;
using Mued.PsDb.Runs;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>Reads the history and the server's facts; a history that somebody has locked is waited for like another runner.</summary>
internal sealed class RunInspector(
    RunContext context,
    RunSession session,
    HistoryTable history,
    RunRecovery recovery,
    Task<MigrationInput> reading
)
{
    /// <summary>Reads, in one round trip a try.</summary>
    public async Task<DatabaseInspection> ReadAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<Blocker> holders = [];
        for (; ; )
        {
            var (found, locked) = await session.RetryAsync(TryAsync, cancellationToken).ConfigureAwait(false);

            // A look may come too late for one try; who was seen at an earlier one is the likeliest holder.
            holders = context.Observer.Unwatch() is { Count: > 0 } seen ? seen : holders;
            if (found is not null)
                return found;
            await recovery.AfterLockAsync(holders, locked!, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(DatabaseInspection? Found, PostgresException? Locked)> TryAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        var tables = (await reading.ConfigureAwait(false)).BaseTables;
        context.Observer.Watch(history.Name.ToString());
        try
        {
            var timeout = context.Options.LockTimeout;
            return (
                await DatabaseInspection
                    .ReadAsync(connection, history, tables, HistoryTools.Tables, timeout, cancellationToken)
                    .ConfigureAwait(false),
                null
            );
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return (null, e);
        }
    }
}
