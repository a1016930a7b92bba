using Mued.PsDb.Runs;

namespace Mued.PsDb.Migrations;

/// <summary>What a run knows about one migration while it is at work.</summary>
internal sealed class MigrationTrack(PlanItem item, RetryLadder ladder)
{
    public PlanItem Item { get; set; } = item;

    public RetryLadder Ladder { get; } = ladder;

    public MigrationStatus Status { get; set; } =
        item.Action switch
        {
            PlanAction.Skip or PlanAction.Baseline or PlanAction.AcceptChange => MigrationStatus.Skipped,
            _ => MigrationStatus.Pending,
        };

    public string? Reason { get; set; } = item.Reason;

    public TimeSpan Duration { get; set; }

    public TimeSpan Offset { get; set; }

    public List<ServerNotice> Notices { get; } = [];

    public IReadOnlyList<RelationImpact> Impacts { get; set; } = [];

    public MigrationResult ToResult() =>
        new(Item.File.Version.Text, Item.File.Name, Status)
        {
            Reason = Reason,
            File = Item.File.Path,
            Statements = Item.File.Script?.Statements.Count ?? 0,
            Duration = Duration,
            Offset = Offset,
            Notices = Notices,
            Attempts = Ladder.Attempts,
            Impacts = Impacts,
        };
}
