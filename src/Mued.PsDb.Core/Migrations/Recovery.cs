using Mued.PsDb.Connections;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;
using Mued.PsDb.Runs;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>
/// What a run does after a failure: what passes is tried again, and another runner waited for. Pure: it neither waits nor asks the server.
/// </summary>
internal abstract record Recovery
{
    private static readonly TimeSpan LeasePoll = TimeSpan.FromSeconds(1);

    private Recovery() { }

    /// <summary>Decides.</summary>
    /// <param name="failure">What stopped the run.</param>
    /// <param name="waiting">What the run has waited for so far.</param>
    public static Recovery After(BatchFailure failure, WaitState waiting) =>
        (failure.Stage, failure.Cause) switch
        {
            _ when failure.InDoubt => new Fail(Tried: true),

            // The row was there when the run was planned, and whoever is at work on it has not finished.
            (BatchStage.Claim, PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }) when failure.Item.History is { } row =>
                For(row.Runner, LeasePoll, waiting),

            // Whoever won a race shows in the history that is read next. Losing it twice means that something else is in the way.
            (BatchStage.Claim, PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }) when waiting.LostRace != failure.Place =>
                new Replan(failure.Place),
            (BatchStage.Claim, PostgresException { SqlState: HistoryTable.RowLost })
                when failure.Item.Action == PlanAction.Rename && waiting.LostRace != failure.Place => new Replan(failure.Place),
            (BatchStage.CreateHistory, PostgresException { SqlState: var state })
                when SqlStates.IsCreationRace(state) && waiting.LostRace != failure.Place => new Replan(failure.Place),

            // What was looked at before is looked at again: a table has changed, perhaps in what is no part of its definition.
            (BatchStage.Approve, PostgresException e) when !ConnectionFailure.IsTransient(e) && waiting.LostRace != failure.Place =>
                new Replan(failure.Place),

            (BatchStage.UpgradeHistory or BatchStage.Claim, PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable }) =>
                AfterLock(failure.Blockers, waiting),
            (BatchStage.Claim, LeaseHeldException held) => For(held.Runner, LeasePoll, waiting),

            // A migration can end it with DEALLOCATE ALL, and so can a pooler that passes for a server.
            (_, PostgresException { SqlState: PostgresErrorCodes.InvalidSqlStatementName }) when failure.Prepared => new Afresh(),
            _ when ConnectionFailure.IsTransient(failure.Cause) => new Retry(),
            _ => new Fail(
                Tried: failure.Stage
                    is not (BatchStage.CreateHistory or BatchStage.UpgradeHistory or BatchStage.Claim or BatchStage.Approve)
            ),
        };

    /// <summary>Decides when somebody holds a lock that is needed; the lock timeout was the pause.</summary>
    /// <param name="holders">Who was seen to hold it.</param>
    /// <param name="waiting">What the run has waited for so far.</param>
    public static Recovery AfterLock(IReadOnlyList<Blocker> holders, WaitState waiting) =>
        For(holders.Count > 0 ? string.Join(", ", holders.Select(BlockerText.NameOf)) : Texts.Get("AnotherRunner"), TimeSpan.Zero, waiting);

    private static Recovery For(string other, TimeSpan pause, WaitState waiting) =>
        waiting.Waited >= waiting.Patience ? new GiveUp(other) : new Wait(other, pause);

    /// <summary>Another try, as far as there are any left.</summary>
    internal sealed record Retry : Recovery;

    /// <summary>Another runner is at work: wait, and then read the history again.</summary>
    /// <param name="Other">The other runner.</param>
    /// <param name="Pause">How long to wait.</param>
    internal sealed record Wait(string Other, TimeSpan Pause) : Recovery;

    /// <summary>Another runner was waited for long enough.</summary>
    /// <param name="Other">The other runner.</param>
    internal sealed record GiveUp(string Other) : Recovery;

    /// <summary>Another runner was first: read the history again at once.</summary>
    /// <param name="Race">Where the race was lost.</param>
    internal sealed record Replan((string Migration, BatchStage Stage) Race) : Recovery;

    /// <summary>What the server had in parsed form is gone: on with the rest in a new session, without.</summary>
    internal sealed record Afresh : Recovery;

    /// <summary>It does not pass: the run ends.</summary>
    /// <param name="Tried">Whether the migration itself was tried, and so has failed.</param>
    internal sealed record Fail(bool Tried) : Recovery;
}
