using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;
using Mued.PsDb.Runs;

namespace Mued.PsDb.Migrations;

/// <summary>
/// What each migration's state is and when it began, as far as the run knows, and what is told of it. Notices of the server go to the
/// migration that is at work.
/// </summary>
internal sealed class RunProgressBook(RunContext context, RunSession session)
{
    private readonly Dictionary<string, MigrationTrack> tracks = new(StringComparer.Ordinal);
    private long done;
    private long total;

    /// <summary>How many migrations this run has applied.</summary>
    public int Applied { get; private set; }

    /// <summary>What is known of a migration.</summary>
    public MigrationTrack this[PlanItem item] => tracks[item.File.Name];

    /// <summary>Brings what is believed of the migrations in line with what the history says.</summary>
    public void Settle(MigrationPlan plan)
    {
        foreach (var item in plan.Items)
        {
            if (tracks.TryGetValue(item.File.Name, out var track))
                Settle(track, item);
            else
                tracks.Add(item.File.Name, new(item, context.NewRetry(), (kind, text, name) => context.Tell(kind, text, name)));
        }
    }

    /// <summary>What is left to run of a plan.</summary>
    public List<PlanItem> Pending(MigrationPlan plan)
    {
        var pending = plan.Items.Where(item => item.Runs && this[item].Status == MigrationStatus.Pending).ToList();
        total = done + pending.Sum(SizeOf);
        return pending;
    }

    /// <summary>
    /// These are about to be sent. The server's answers may come all at once at the end; until then the progress shows this, and what the
    /// observer sees.
    /// </summary>
    public void Sending(List<PlanItem> items)
    {
        var name = items[0].File.Name;
        session.Notices = this[items[0]].Notices;
        Tell(ProgressKind.Step, Texts.Get(items.Count == 1 ? "Applying" : "ApplyingBatch", name, items.Count - 1), name);
    }

    /// <summary>The server has begun a migration.</summary>
    public void Started(PlanItem item)
    {
        var (name, statements) = (item.File.Name, item.File.Sql.Statements);
        session.Notices = this[item].Notices;
        Tell(ProgressKind.Migration, Texts.Get("Applying", name), name);
        for (var i = 0; i < statements.Count; i++)
            context.Tell(
                ProgressKind.Detail,
                Texts.Get("StatementAt", name, i + 1, statements.Count, statements[i].Line, statements[i].Column),
                name
            );
    }

    /// <summary>The observer has seen which statement the server is at work on; called on its thread.</summary>
    public void AtWork(List<PlanItem> items, string statement)
    {
        foreach (var item in items)
        {
            if (item.File.Sql.IndexOf(statement) is not { } index)
                continue;
            AtStatement(items, item, index);
            return;
        }
    }

    /// <summary>The server is at work on a statement of one of those that were sent.</summary>
    public void AtStatement(List<PlanItem> items, PlanItem item, int index)
    {
        var (name, count) = (item.File.Name, item.File.Sql.Statements.Count);
        var before = items.TakeWhile(other => other != item).Sum(SizeOf);
        Tell(ProgressKind.Migration, Texts.Get("ApplyingStatement", name, index + 1, count), name, before + index);
    }

    /// <summary>The server has finished a migration, but for its commit; it took this long.</summary>
    public void Finished(PlanItem item, TimeSpan duration)
    {
        session.Notices = this[item].Notices;
        this[item].Duration = duration;
    }

    /// <summary>
    /// What was sent has ended. When each migration began follows from how long those before it took, for the server may send its answers
    /// all at once. What failed took the rest of the time.
    /// </summary>
    /// <param name="items">What was sent.</param>
    /// <param name="offset">When, after the start of the run.</param>
    /// <param name="failure">What stopped it; null when all of it is committed.</param>
    public void Ended(List<PlanItem> items, TimeSpan offset, BatchFailure? failure)
    {
        foreach (var item in items)
        {
            var (track, failed) = (this[item], item == failure?.Item);
            track.Offset = offset;
            if (item.NonTransactional || (failed && failure!.Stage is BatchStage.Statement or BatchStage.Finish or BatchStage.Commit))
                track.Duration = context.Elapsed - offset;
            if (failed)
                break;
            offset += track.Duration;
        }

        // Of a batch whose end is unknown, the history tells what was committed.
        foreach (var item in items.TakeWhile(item => item != failure?.Item && failure?.Stage != BatchStage.Unknown))
            Complete(this[item], this[item].Duration);
    }

    /// <summary>A migration that needs no run is recorded, or about to be.</summary>
    public void Recorded(PlanItem item, bool done) =>
        (this[item].Status, this[item].Reason) = done ? (MigrationStatus.Skipped, item.Reason) : (MigrationStatus.Pending, null);

    /// <summary>A migration is about to be rehearsed.</summary>
    public void Rehearsing(PlanItem item) => session.Notices = this[item].Notices;

    /// <summary>A migration was rehearsed, and did this, or was not, for this reason.</summary>
    public void Rehearsed(PlanItem item, string reason, IReadOnlyList<StatementEvidence> trace) =>
        (this[item].Status, this[item].Reason, this[item].Trace) = (MigrationStatus.Pending, reason, trace);

    /// <summary>A migration was tried and has failed.</summary>
    public void Failed(PlanItem item) => this[item].Status = MigrationStatus.Failed;

    /// <summary>The report's view of every file, in order.</summary>
    public IReadOnlyList<MigrationResult> Results(MigrationFolder folder) => [.. folder.Files.Select(file => tracks[file.Name].ToResult())];

    private void Settle(MigrationTrack track, PlanItem item)
    {
        var known = track.Item.History is { Applied: true };
        track.Item = item;
        if (track.Status != MigrationStatus.Pending || item.History is not { Applied: true } row)
            return;
        if (row.RunId == context.Id && row.Kind is HistoryTable.MigrationKind or HistoryTable.RepeatableKind)
            Complete(track, row.FinishedAt!.Value - row.StartedAt);
        else if (item.Action == PlanAction.Skip)
            (track.Status, track.Reason) = (
                MigrationStatus.Skipped,
                known || row.Kind == HistoryTable.BaselineKind ? item.Reason : Texts.Get("SkippedByOther", row.Runner)
            );
    }

    private void Complete(MigrationTrack track, TimeSpan duration)
    {
        (track.Status, track.Duration) = (MigrationStatus.Applied, duration);
        Applied++;
        done += SizeOf(track.Item);
        var name = track.Item.File.Name;
        Tell(ProgressKind.Finished, Texts.Get("Applied", name, duration.TotalMilliseconds), name);
    }

    private void Tell(ProgressKind kind, string message, string migration, long ahead = 0) =>
        context.Tell(kind, message, migration, done + ahead, total);

    // A file is as long as it has statements, so that the progress moves within a file too.
    private static long SizeOf(PlanItem item) => Math.Max(1, item.File.Script?.Statements.Count ?? 0);
}
