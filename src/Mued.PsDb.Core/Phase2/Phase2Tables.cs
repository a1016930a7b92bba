using System.Globalization;
using Mued.PsDb.Connections;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Phase2;

/// <summary>Reads and writes the tables of Phase 2 in one round trip, and says what is in the way where they are not as expected.</summary>
internal static class Phase2Tables
{
    /// <summary>
    /// First in a transaction: the time to compile these queries is lost. No rows are returned.
    /// </summary>
    public const string Prepare = "DO $$ BEGIN PERFORM pg_catalog.set_config('jit', 'off', true); END $$";

    /// <summary>How long a look waits for whoever has locked a table.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>Connects, sends the statements, and reads their results.</summary>
    /// <param name="settings">The database.</param>
    /// <param name="steps">The statements; names of tables are qualified.</param>
    /// <param name="grants">What the role needs, as SQL with {0} in place of the role.</param>
    /// <param name="read">Reads; the reader stands on the first result.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <exception cref="MuedException">Phase 2 is not there or another one, or the role may not (exit code 1), or no connection (3).</exception>
    public static async Task<T> QueryAsync<T>(
        ConnectionSettings settings,
        IEnumerable<BatchStep> steps,
        string grants,
        Func<NpgsqlDataReader, Task<T>> read,
        CancellationToken cancellationToken
    )
    {
        var connection = await settings.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        try
        {
            return await connection.QueryAsync(steps, read, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Texts.Error(
                IdOf(e),
                e.SqlState == PostgresErrorCodes.InvalidParameterValue ? ExitCode.Usage : ExitCode.CheckFailed,
                new ErrorPlace(SqlState: e.SqlState, TargetName: settings.Target),
                e,
                settings.Target,
                settings.Redactor.Redact(e.MessageText),
                string.Format(CultureInfo.InvariantCulture, grants, SqlIdentifier.Quote(settings.UserName))
            );
        }
        catch (Exception e) when (e is NpgsqlException or IOException && !cancellationToken.IsCancellationRequested)
        {
            throw ConnectionFailure.From(e, settings);
        }
    }

    private static string IdOf(PostgresException e) =>
        e.SqlState == PostgresErrorCodes.InvalidParameterValue
            ? "TimeZoneUnknown"
            : SqlStates.FaultOf(e.SqlState) switch
            {
                ServerFault.PermissionDenied => "Phase2Forbidden",
                ServerFault.ReadOnlyTransaction => "Phase2ReadOnly",
                ServerFault.ObjectMissing => "Phase2Unfit",
                _ when e.SqlState == PostgresErrorCodes.DatatypeMismatch => "Phase2Unfit",
                _ => "Phase2Failed",
            };
}
