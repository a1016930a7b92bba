namespace Mued.PsDb.Runs;

/// <summary>The tries of one migration: how many, for how long, and how long to wait between them.</summary>
internal sealed class RetryLadder
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(8);

    // Behind an autovacuum that does not step back, each of our tries holds up all others: there are few, over a longer time.
    private static readonly TimeSpan WraparoundDelay = TimeSpan.FromSeconds(30);
    private const int WraparoundPatience = 10;

    private readonly int maxAttempts;
    private readonly TimeSpan retryTime;
    private readonly TimeProvider time;
    private readonly long begun;
    private readonly List<MigrationAttempt> attempts = [];

    /// <summary>Begins the time of the tries.</summary>
    /// <param name="maxAttempts">How many there are, the first included.</param>
    /// <param name="retryTime">How long they may take together.</param>
    /// <param name="time">The clock.</param>
    public RetryLadder(int maxAttempts, TimeSpan retryTime, TimeProvider time)
    {
        (this.maxAttempts, this.retryTime, this.time, begun) = (maxAttempts, retryTime, time, time.GetTimestamp());
    }

    /// <summary>The tries that failed so far.</summary>
    public IReadOnlyList<MigrationAttempt> Attempts => attempts;

    /// <summary>
    /// Records a failed try. Returns how long to wait before the next, or null when there is none: the number of tries or their time
    /// is used up. The wait doubles from 0.2 s to 8 s, half of it by chance so that runners do not march in step; behind an autovacuum that
    /// prevents wraparound it is up to 30 s at once, and number and time are ten times as large.
    /// </summary>
    public TimeSpan? NextDelay(string? sqlState, string message, IReadOnlyList<Blocker> blockers)
    {
        var number = attempts.Count + 1;
        var wraparound = blockers.Any(blocker => blocker.PreventsWraparound);
        var patience = wraparound && maxAttempts > 1 ? WraparoundPatience : 1;
        TimeSpan? delay = null;
        if (number < maxAttempts * (long)patience)
        {
            var full = wraparound
                ? WraparoundDelay.TotalSeconds
                : Math.Min(FirstDelay.TotalSeconds * Math.Pow(2, number - 1), LongestDelay.TotalSeconds);
#pragma warning disable CA5394 // Jitter is no secret.
            var jittered = TimeSpan.FromSeconds(full * (0.5 + Random.Shared.NextDouble() / 2));
#pragma warning restore CA5394
            if (time.GetElapsedTime(begun) + jittered < patience * retryTime)
                delay = jittered;
        }

        attempts.Add(new(number, sqlState, message, delay, blockers));
        return delay;
    }
}
