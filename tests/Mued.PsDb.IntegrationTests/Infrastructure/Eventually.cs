namespace Mued.PsDb.Tests;

/// <summary>Waits for what another process does in its own time.</summary>
internal static class Eventually
{
    /// <summary>Fails unless the condition comes true within a minute, which a crowded machine may need.</summary>
    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));

    /// <inheritdoc cref="TrueAsync(Func{bool})"/>
    public static Task TrueAsync(Func<Task<bool>> condition) => TrueAsync(condition, TimeSpan.FromMilliseconds(20));

    /// <summary>The same, asked as often as <paramref name="every"/> says: a moment to hit passes quickly.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan every)
    {
        var end = DateTimeOffset.UtcNow.AddMinutes(1);
        while (!await condition())
        {
            Assert.True(DateTimeOffset.UtcNow < end, "The condition did not come true within a minute.");
            await Task.Delay(every);
        }
    }
}
