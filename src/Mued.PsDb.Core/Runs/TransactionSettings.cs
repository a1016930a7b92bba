using System.Globalization;

namespace Mued.PsDb.Runs;

/// <summary>
/// How a transaction of a run is opened, and what it sets for itself: SET LOCAL, which ends with it, so nothing is left behind in a session
/// that a pooler hands on (PostgreSQL manual, SET).
/// </summary>
/// <param name="options">The limits.</param>
internal sealed class TransactionSettings(RunOptions options)
{
    /// <summary>What is set: before anything that may wait, and again when a migration's own settings were taken back.</summary>
    public IReadOnlyList<string> Sql { get; } =
        options.StatementTimeout is { } limit
            ? [Set("lock_timeout", options.LockTimeout), Set("statement_timeout", limit)]
            : [Set("lock_timeout", options.LockTimeout)];

    /// <summary>Opens a transaction for migrations, in the session's own isolation level.</summary>
    public IEnumerable<string> Begin => ["BEGIN", .. Sql];

    /// <summary>
    /// Opens a transaction for work of our own: read committed, whatever the role's default, so that a look after a lock sees what came
    /// before it.
    /// </summary>
    public IEnumerable<string> BeginReadCommitted => ["BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", .. Sql];

    /// <summary>
    /// The lock timeout for a batch without BEGIN, whose transaction is implicit: there SET LOCAL only warns. It returns no rows.
    /// </summary>
    public static string LockInBatch(TimeSpan timeout) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"DO $$ BEGIN PERFORM pg_catalog.set_config('lock_timeout', '{(long)timeout.TotalMilliseconds}', true); END $$"
        );

    private static string Set(string name, TimeSpan value) =>
        string.Create(CultureInfo.InvariantCulture, $"SET LOCAL {name} = {(long)value.TotalMilliseconds}");
}
