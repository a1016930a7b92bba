using Mued.PsDb.Sql;
using Npgsql;

namespace Mued.PsDb.Runs;

/// <summary>
/// How a transaction of a run is opened, and what it sets for itself: SET LOCAL, which ends with it, so nothing is left behind in a session
/// that a pooler hands on (PostgreSQL manual, SET).
/// </summary>
/// <param name="options">The limits.</param>
/// <param name="searchPath">
/// The search_path of a tenant, which a session was begun with; null for that of the server. A pooler may give each transaction a session that
/// was begun for another tenant: PgBouncer does before a server that does not report the path (PgBouncer manual, track_extra_parameters;
/// PostgreSQL before 18).
/// </param>
internal sealed class TransactionSettings(RunOptions options, string? searchPath = null)
{
    /// <summary>What is set: before anything that may wait, and again when a migration's own settings were taken back.</summary>
    public IEnumerable<string> Sql(NpgsqlConnection connection) =>
        [.. Own(connection, StatementTimeout), .. searchPath is null ? Array.Empty<string>() : [$"SET LOCAL search_path = {searchPath}"]];

    /// <summary>How long one statement may run; zero for no limit.</summary>
    public TimeSpan StatementTimeout => options.StatementTimeout ?? TimeSpan.Zero;

    /// <summary>
    /// Opens a transaction for one statement of a file that runs statement by statement, in a session whose own limit of statements and path
    /// are ours or what the file has set.
    /// </summary>
    public IEnumerable<string> BeginStep(NpgsqlConnection connection) => ["BEGIN", .. Own(connection, statementTimeout: null)];

    /// <summary>Opens a transaction for migrations.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="modes">Its modes, such as the isolation level; null for those of the session.</param>
    public IEnumerable<string> Begin(NpgsqlConnection connection, string? modes = null) =>
        [modes is null ? "BEGIN" : $"BEGIN {modes}", .. Sql(connection)];

    /// <summary>
    /// Opens a transaction for work of our own: read committed, whatever the role's default, so that a look after a lock sees what came
    /// before it.
    /// </summary>
    public IEnumerable<string> BeginReadCommitted(NpgsqlConnection connection) =>
        ["BEGIN ISOLATION LEVEL READ COMMITTED", .. Sql(connection)];

    // Who may wait for us that long may as well wait for us to go on.
    private IEnumerable<string> Own(NpgsqlConnection connection, TimeSpan? statementTimeout) =>
        ServerLimits.Own(connection, options.LockTimeout, statementTimeout, options.Budget ?? TimeSpan.Zero);
}
