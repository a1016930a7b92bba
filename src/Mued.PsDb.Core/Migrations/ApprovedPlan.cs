using System.Text.Json.Serialization;
using Mued.PsDb.Foundation;
using Mued.PsDb.Schema;

namespace Mued.PsDb;

/// <summary>What binds a run to a plan: the part of a <see cref="MigrationPlanReport"/> that is read back.</summary>
public sealed record ApprovedPlan
{
    /// <inheritdoc cref="MigrationPlanReport.FormatVersion"/>
    public required int FormatVersion { get; init; }

    /// <inheritdoc cref="MigrationPlanReport.Checksum"/>
    public required string Checksum { get; init; }

    /// <summary>How the planning ended; of one that failed there is no run.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>When it was made, on the clock of the machine that made it.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <inheritdoc cref="MigrationPlanReport.Database"/>
    public required DatabaseOrigin Database { get; init; }

    /// <inheritdoc cref="MigrationPlanReport.Path"/>
    public required string Path { get; init; }

    /// <inheritdoc cref="MigrationPlanReport.Switches"/>
    public required PlanSwitches Switches { get; init; }

    /// <inheritdoc cref="MigrationPlanReport.Variables"/>
    public required IReadOnlyList<string> Variables { get; init; }

    /// <inheritdoc cref="MigrationPlanReport.Migrations"/>
    public required IReadOnlyList<PlannedMigration> Migrations { get; init; }

    /// <inheritdoc cref="MigrationPlanReport.History"/>
    public required IReadOnlyList<PlannedHistory> History { get; init; }

    /// <inheritdoc cref="MigrationPlanReport.Definitions"/>
    [JsonConverter(typeof(SnapshotConverter))]
    public SchemaSnapshot? Definitions { get; init; }

    /// <summary>When it was made and its first digits, for people.</summary>
    /// <returns>The words.</returns>
    public override string ToString() => Texts.Get("PlanName", Checksum[..Math.Min(Checksum.Length, 12)], Figures.Time(StartedAt));
}
