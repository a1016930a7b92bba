using System.Diagnostics;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Fleet;

/// <summary>
/// Does the same work on many targets, side by side. A target that fails stops no other, unless a bound was set; a cancelled run lets those
/// at work end as they do alone, and begins no other.
/// </summary>
/// <typeparam name="TTarget">What a target is.</typeparam>
/// <typeparam name="TResult">What the work gives.</typeparam>
internal sealed class FleetRunner<TTarget, TResult>
    where TResult : class
{
    private readonly IReadOnlyList<TTarget> targets;
    private readonly FleetOptions options;
    private readonly FleetOutcome<TTarget, TResult>[] outcomes;
    private readonly object gate = new();
    private int next;
    private int failures;

    /// <param name="targets">The targets, in the order in which they are begun.</param>
    /// <param name="options">How to go over them.</param>
    /// <exception cref="MuedException">An option is out of range (exit code 2).</exception>
    public FleetRunner(IReadOnlyList<TTarget> targets, FleetOptions options)
    {
        options.Check();
        (this.targets, this.options) = (targets, options);
        outcomes = [.. targets.Select(target => new FleetOutcome<TTarget, TResult>(target))];
    }

    /// <summary>Does the work on one target.</summary>
    public required Func<TTarget, CancellationToken, Task<TResult>> Work { get; init; }

    /// <summary>Whether what the work gave counts as a failure.</summary>
    public required Func<TResult, bool> Failed { get; init; }

    /// <summary>How many have failed already, which count where a bound is set.</summary>
    public int FailedBefore { get; init; }

    /// <summary>Told each target as it ends, one at a time, on any thread; it gives what is kept of the outcome.</summary>
    public Func<FleetOutcome<TTarget, TResult>, FleetOutcome<TTarget, TResult>>? Ended { get; init; }

    /// <summary>Runs to the end of all targets that are begun. What the work throws is an outcome.</summary>
    /// <returns>One outcome a target, in their order.</returns>
    public async Task<IReadOnlyList<FleetOutcome<TTarget, TResult>>> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var end in (int[])[Math.Min(options.Canary, targets.Count), targets.Count])
        {
            var workers = Math.Min(options.ThrottleLimit, end - next);
            await Task.WhenAll(Enumerable.Range(0, Math.Max(workers, 0)).Select(_ => Task.Run(() => WorkAsync(end)))).ConfigureAwait(false);
            if (failures > 0 && end < targets.Count)
                break;
        }

        return outcomes;

        async Task WorkAsync(int end)
        {
            while (Next(end, cancellationToken) is { } index)
                Settle(index, await OneAsync(targets[index], cancellationToken).ConfigureAwait(false));
        }
    }

    private int? Next(int end, CancellationToken cancellationToken)
    {
        lock (gate)
            return next < end && !(FailedBefore + failures >= options.MaxFailures) && !cancellationToken.IsCancellationRequested
                ? next++
                : null;
    }

    private async Task<FleetOutcome<TTarget, TResult>> OneAsync(TTarget target, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        var outcome = new FleetOutcome<TTarget, TResult>(target) { StartedAt = DateTimeOffset.UtcNow };
        try
        {
            outcome = outcome with { Result = await Work(target, cancellationToken).ConfigureAwait(false) };
        }
        catch (MuedException e)
        {
            outcome = outcome with { Error = e };
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            outcome = outcome with { Error = Texts.Error("Cancelled", ExitCode.Cancelled, e) };
        }
        catch (Exception e)
        {
            outcome = outcome with { Error = Texts.Error("TargetFailed", ExitCode.CheckFailed, e, e.GetType().Name, e.Message) };
        }

        return outcome with
        {
            Duration = Stopwatch.GetElapsedTime(begun),
        };
    }

    private void Settle(int index, FleetOutcome<TTarget, TResult> outcome)
    {
        lock (gate)
        {
            if (outcome.Result is null || Failed(outcome.Result))
                failures++;
            outcomes[index] = Ended?.Invoke(outcome) ?? outcome;
        }
    }
}
