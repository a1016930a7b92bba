namespace Mued.PsDb.Migrations;

/// <summary>What a run has waited for since it last applied a migration.</summary>
/// <param name="Waited">How long it has waited for other runners.</param>
/// <param name="Patience">How long it may.</param>
/// <param name="LostRace">Where it last lost a race.</param>
internal readonly record struct WaitState(TimeSpan Waited, TimeSpan Patience, (string Migration, BatchStage Stage)? LostRace = null);
