namespace Mued.PsDb.Connections;

/// <summary>Reads files while a connection is made: on a remote database that hides the one behind the other.</summary>
internal static class ReadWhileConnecting
{
    /// <summary>
    /// Does work that awaits <paramref name="input"/> itself. Input that is no good ends the work, and is the error, whatever the
    /// connection does.
    /// </summary>
    /// <param name="input">The files, already being read.</param>
    /// <param name="work">What connects, and goes on with the input.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<T> RunAsync<T>(Task input, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var working = work(abandon.Token);
        try
        {
            await input.ConfigureAwait(false);
        }
        catch
        {
            await abandon.CancelAsync().ConfigureAwait(false);
            await ((Task)working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        return await working.ConfigureAwait(false);
    }
}
