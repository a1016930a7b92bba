using System.Diagnostics;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;
using Mued.PsDb.Runs;

namespace Mued.PsDb.Migrations;

/// <summary>Acts on a <see cref="Recovery"/>: waits for the next try, or throws the error that ends the run.</summary>
internal sealed class RunRecovery(RunContext context, RunSession session, HistoryTable history, RunProgressBook book, TimeSpan patience)
{
    private long? waitingSince;
    private int appliedBefore;
    private (string Migration, BatchStage Stage)? lostRace;

    /// <summary>After a failure: rolls back, and returns when it is worth planning the rest anew.</summary>
    /// <exception cref="MuedException">The run ends.</exception>
    public async Task AfterAsync(BatchFailure failure, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var name = failure.Item.File.Name;
        var decision = Recovery.After(failure, Waiting());
        var goesOn = failure.Item.NonTransactional && decision is Recovery.Retry;
        await session.RollBackAsync(cancellationToken, goesOn ? name : null).ConfigureAwait(false);
        switch (decision)
        {
            case Recovery.Wait or Recovery.GiveUp:
                await WaitAsync(name, decision, failure.Cause, cancellationToken).ConfigureAwait(false);
                break;
            case Recovery.Replan { Race: var race }:
                lostRace = race;
                context.Tell(ProgressKind.Step, Texts.Get(race.Stage == BatchStage.Approve ? "TablesChanged" : "RaceLost", name), name);
                break;
            case Recovery.Afresh:
                await session.ForgoPreparedAsync().ConfigureAwait(false);
                break;
            case Recovery.Retry when book[failure.Item].NextDelay(failure) is { } delay:
                await context.PauseAsync(name, failure.Message, delay, failure.Blockers, cancellationToken).ConfigureAwait(false);
                break;
            default:
                if (goesOn)
                    await session.RollBackAsync(cancellationToken).ConfigureAwait(false);
                if (decision is not Recovery.Fail { Tried: false })
                    book.Failed(failure.Item);
                throw MigrationFailure.From(failure, history, context.Settings);
        }
    }

    /// <summary>The history is locked by somebody, who is waited for like another runner.</summary>
    /// <exception cref="MuedException">It has lasted too long.</exception>
    public Task AfterLockAsync(IReadOnlyList<Blocker> holders, Exception cause, CancellationToken cancellationToken) =>
        WaitAsync(history.Name.ToString(), Recovery.AfterLock(holders, Waiting()), cause, cancellationToken);

    private WaitState Waiting()
    {
        // What was waited for before a migration was applied is over.
        if (book.Applied != appliedBefore)
            (waitingSince, appliedBefore) = (null, book.Applied);
        return new(waitingSince is { } since ? Stopwatch.GetElapsedTime(since) : TimeSpan.Zero, patience, lostRace);
    }

    private async Task WaitAsync(string name, Recovery decision, Exception cause, CancellationToken cancellationToken)
    {
        if (decision is Recovery.GiveUp { Other: var busy })
            throw Texts.Error("WaitTimeout", ExitCode.MigrationFailed, new ErrorPlace(TargetName: name), cause, name, patience, busy);
        var (other, pause) = (Recovery.Wait)decision;
        waitingSince ??= Stopwatch.GetTimestamp();
        context.Tell(ProgressKind.Waiting, Texts.Get("WaitingForRunner", name, other), name);
        await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
    }
}
