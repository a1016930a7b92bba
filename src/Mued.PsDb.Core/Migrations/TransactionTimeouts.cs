using System.Globalization;

namespace Mued.PsDb;

/// <summary>
/// The timeouts of one transaction: SET LOCAL, which ends with it, so nothing is left behind in a session that a pooler hands on
/// (PostgreSQL manual, SET).
/// </summary>
internal static class TransactionTimeouts
{
    /// <summary>The statements; they stand right behind BEGIN, before anything that may wait.</summary>
    /// <param name="lockTimeout">The longest wait for one lock; zero for no limit.</param>
    /// <param name="statementTimeout">The longest time for one statement; null leaves the server's own.</param>
    public static string[] Sql(TimeSpan lockTimeout, TimeSpan? statementTimeout) => statementTimeout is { } limit
        ? [Lock(lockTimeout), Set("statement_timeout", limit)]
        : [Lock(lockTimeout)];

    /// <summary>The statement for the lock timeout alone.</summary>
    public static string Lock(TimeSpan timeout) => Set("lock_timeout", timeout);

    private static string Set(string name, TimeSpan value)
        => string.Create(CultureInfo.InvariantCulture, $"SET LOCAL {name} = {(long)value.TotalMilliseconds}");
}
