using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>What every run that changes a database is asked: to migrate, to undo, to restore.</summary>
public abstract record RunOptions
{
    /// <summary>Rehearses everything in a transaction that is rolled back.</summary>
    public bool DryRun { get; init; }

    /// <summary>How long a statement may wait for a lock before the run steps back and tries again; zero sets no limit.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long anybody else may wait for the run, directly or behind another waiter, for a lock that it holds or one that it queues for:
    /// past that, its statement is cancelled and its transaction rolled back. Zero sets no bound; null is 5 s, and none for what takes the
    /// time that its data takes: the copy of rows that an undo destroys, and a restore.
    /// </summary>
    public TimeSpan? MaxBlocking { get; init; }

    /// <summary>
    /// How long one statement may run; null sets no limit, whatever statement_timeout the server, the database or the role has.
    /// </summary>
    public TimeSpan? StatementTimeout { get; init; }

    /// <summary>
    /// Goes on where transactions are read-only by default (default_transaction_read_only), and lets those of the run write. A standby stays
    /// what it is.
    /// </summary>
    public bool AllowReadOnlyDefault { get; init; }

    /// <summary>How many tries there are against transient failures, the first included.</summary>
    public int MaxAttempts { get; init; } = 10;

    /// <summary>
    /// How long these tries may take together, ten times as long behind an autovacuum that prevents wraparound; the time of a try that has
    /// begun is not cut.
    /// </summary>
    public TimeSpan RetryTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The bound in force; null when there is none.</summary>
    internal TimeSpan? Budget => (MaxBlocking ?? DefaultMaxBlocking) is { Ticks: > 0 } bound ? bound : null;

    /// <summary>How many bytes of WAL the server may write while a transaction of the run is open; null for no bound.</summary>
    internal virtual long? WalBudget => null;

    /// <summary>The bound of a run that was not told any; zero for none.</summary>
    private protected virtual TimeSpan DefaultMaxBlocking => TimeSpan.FromSeconds(5);

    /// <summary>Refuses what no run can be made of.</summary>
    /// <exception cref="MuedException">There is not one try, or a time is negative (exit code 2).</exception>
    internal void Check()
    {
        if (MaxAttempts < 1)
            throw Texts.Usage("OptionOutOfRange", nameof(MaxAttempts), MaxAttempts, "1");
        foreach (
            var (name, time) in ((string, TimeSpan?)[])
                [(nameof(LockTimeout), LockTimeout), (nameof(MaxBlocking), MaxBlocking), (nameof(StatementTimeout), StatementTimeout)]
        )
        {
            if (time < TimeSpan.Zero)
                throw Texts.Usage("OptionOutOfRange", name, time, "0");
        }
    }
}
