using Mued.PsDb.Runs;
using Npgsql;

namespace Mued.PsDb.Migrations;

/// <summary>What a run knows about one migration while it is at work.</summary>
/// <param name="item">Its place in the plan.</param>
/// <param name="retries">Its tries.</param>
/// <param name="tell">Told what the server says of it, under its name.</param>
internal sealed class MigrationTrack(PlanItem item, RetryLadder retries, Action<ProgressKind, string, string> tell)
{
    public PlanItem Item { get; set; } = item;

    public MigrationStatus Status { get; set; } =
        item.Action switch
        {
            PlanAction.Skip or PlanAction.Baseline or PlanAction.AcceptChange or PlanAction.Rename => MigrationStatus.Skipped,
            _ => MigrationStatus.Pending,
        };

    public string? Reason { get; set; } = item.Reason;

    public TimeSpan Duration { get; set; }

    public TimeSpan Offset { get; set; }

    public NoticeLog Notices { get; } =
        new((kind, text) => tell(kind, kind == ProgressKind.Warning ? $"{item.File.Name}: {text}" : text, item.File.Name));

    public IReadOnlyList<StatementEvidence> Trace { get; set; } = [];

    /// <summary>Notes a failed try. Returns how long to wait before the next; null when there is none.</summary>
    public TimeSpan? NextDelay(BatchFailure failure) => retries.NextDelay(failure.SqlState, failure.Message, failure.Blockers);

    /// <summary>The report's view.</summary>
    public MigrationResult ToResult() =>
        new(Item.File.Version.Text, Item.File.Name, Status)
        {
            Repeatable = Item.File.Repeatable,
            Reason = Reason,
            File = Item.File.Path,
            Statements = Item.File.Script?.Statements.Count ?? 0,
            Duration = Duration,
            Offset = Offset,
            Notices = [.. Remarks(Item), .. Notices.Kept],
            Attempts = retries.Attempts,
            Impacts = RelationImpact.Of(Trace),
            Trace = Trace,
        };

    /// <summary>What the reading of an included file and of its history says.</summary>
    private static IEnumerable<ServerNotice> Remarks(PlanItem item)
    {
        if (item.File.Excluded)
            yield break;
        if (item.History is { } seen && MigrationPlan.CommentRemark(item.File, seen) is { } changed)
            yield return Remark(changed);
        foreach (var remark in item.File.Sql.Remarks)
            yield return Remark(remark);

        static ServerNotice Remark(string text) => new("INFO", PostgresErrorCodes.SuccessfulCompletion, text);
    }
}
