using System.Globalization;

namespace Mued.PsDb.Runs;

/// <summary>
/// The timeouts of one transaction: SET LOCAL, which ends with it, so nothing is left behind in a session that a pooler hands on
/// (PostgreSQL manual, SET).
/// </summary>
internal static class TransactionTimeouts
{
    /// <summary>The statements; they stand right behind BEGIN, before anything that may wait.</summary>
    /// <param name="lockTimeout">The longest wait for one lock; zero for no limit.</param>
    /// <param name="statementTimeout">The longest time for one statement; null leaves the server's own.</param>
    public static string[] Sql(TimeSpan lockTimeout, TimeSpan? statementTimeout) =>
        statementTimeout is { } limit ? [Lock(lockTimeout), Set("statement_timeout", limit)] : [Lock(lockTimeout)];

    /// <summary>The statement for the lock timeout alone.</summary>
    public static string Lock(TimeSpan timeout) => Set("lock_timeout", timeout);

    /// <summary>
    /// The same for a batch without BEGIN, whose transaction is implicit: there SET LOCAL only warns. It returns no rows.
    /// </summary>
    public static string LockInBatch(TimeSpan timeout) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"DO $$ BEGIN PERFORM pg_catalog.set_config('lock_timeout', '{(long)timeout.TotalMilliseconds}', true); END $$"
        );

    private static string Set(string name, TimeSpan value) =>
        string.Create(CultureInfo.InvariantCulture, $"SET LOCAL {name} = {(long)value.TotalMilliseconds}");
}
