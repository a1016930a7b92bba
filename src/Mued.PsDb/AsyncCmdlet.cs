using System.Management.Automation;
using System.Threading.Channels;

namespace Mued.PsDb.Commands;

/// <summary>
/// A cmdlet whose work is asynchronous and can be stopped. The work runs on the thread pool and hands what concerns PowerShell
/// back to the pipeline's thread, the only one that may call <see cref="Cmdlet.WriteObject(object)"/> and its kin.
/// </summary>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private ChannelWriter<Action>? calls;

    /// <summary>Cancels the work: Ctrl+C, or the pipeline was stopped.</summary>
    protected override void StopProcessing() => stop.Cancel();

    /// <summary>Releases the cancellation source.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the cmdlet holds.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            stop.Dispose();
    }

    /// <summary>Runs work to its end and meanwhile makes the calls that it hands over with <see cref="OnPipeline"/>.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="work">The work; its token is cancelled when the cmdlet is stopped.</param>
    /// <returns>The result of the work.</returns>
    /// <exception cref="PipelineStoppedException">The cmdlet was stopped.</exception>
    protected T Await<T>(Func<CancellationToken, Task<T>> work)
    {
        var channel = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        calls = channel.Writer;
        var task = Task.Run(WorkAsync, CancellationToken.None);
        try
        {
            foreach (var call in channel.Reader.ReadAllAsync(CancellationToken.None).ToBlockingEnumerable(CancellationToken.None))
                call();
            return task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            // A call threw: the pipeline has ended, or -WarningAction Stop was given. Nothing may go on behind the caller's back.
            if (!task.IsCompleted)
            {
                abandon.Cancel();
                ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
            }
        }

        async Task<T> WorkAsync()
        {
            try
            {
                return await work(abandon.Token).ConfigureAwait(false);
            }
            finally
            {
                channel.Writer.Complete();
            }
        }
    }

    /// <summary>Hands a call to the pipeline's thread, from the work that <see cref="Await"/> runs; after its end it is dropped.</summary>
    /// <param name="call">What to do there.</param>
    protected void OnPipeline(Action call) => calls?.TryWrite(call);

    /// <summary>Makes a call on the pipeline's thread and waits for what it returns, from the work that <see cref="Await"/> runs.</summary>
    /// <typeparam name="T">The type of the answer.</typeparam>
    /// <param name="call">What to do there; what it throws ends the work.</param>
    /// <param name="cancellationToken">The work's token.</param>
    /// <returns>The answer.</returns>
    protected Task<T> OnPipelineAsync<T>(Func<T> call, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        OnPipeline(() => answer.SetResult(call()));
        return answer.Task.WaitAsync(cancellationToken);
    }
}
