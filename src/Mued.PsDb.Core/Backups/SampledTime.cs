namespace Mued.PsDb.Backups;

/// <summary>How long work on many rows takes, by what it takes on some.</summary>
internal static class SampledTime
{
    private const int FirstRows = 100;
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// The time for all rows. Compressed values are much longer than their table tells, so what is enough shows only in time; and what the
    /// work costs whatever its size, which is much of it on a busy machine, is not multiplied.
    /// </summary>
    /// <param name="rows">How many there are; at least one.</param>
    /// <param name="timeAsync">Does the work on the first so many rows, and says how long it took.</param>
    public static async Task<TimeSpan> WholeAsync(long rows, Func<long, Task<TimeSpan>> timeAsync)
    {
        var quickest = (Rows: 0L, Took: TimeSpan.MaxValue);
        for (var sample = Math.Min(rows, FirstRows); ; sample = Math.Min(rows, 4 * sample))
        {
            var took = await timeAsync(sample).ConfigureAwait(false);
            if (sample == rows)
                return took;
            if (took < quickest.Took)
                quickest = (sample, took);
            else if (took - quickest.Took >= Enough)
                return took + (took - quickest.Took) * ((double)(rows - sample) / (sample - quickest.Rows));
        }
    }
}
