using Mued.PsDb.Foundation;

namespace Mued.PsDb.Migrations;

/// <summary>Says what each switch that was given makes of a plan. Pure.</summary>
internal static class PlanEffects
{
    /// <summary>One sentence a switch.</summary>
    public static IReadOnlyList<PlanEffect> Of(PlanSwitches switches, MigrationPlan plan) =>
        [.. switches.Given.Select(given => new PlanEffect(given.Key, given.Value, Effect(given.Key, Names(given.Key, plan))))];

    // What has no migrations of its own says it by its value.
    private static string Effect(string name, IReadOnlyList<string>? names) =>
        names switch
        {
            null => Texts.Get($"Effect.{name}"),
            [] => Texts.Get("Effect.None"),
            _ => Texts.Get($"Effect.{name}", string.Join(", ", names)),
        };

    private static List<string>? Names(string name, MigrationPlan plan)
    {
        return name switch
        {
            nameof(PlanSwitches.Target) => Where(item => item.Action == PlanAction.Defer),
            nameof(PlanSwitches.Baseline) => Where(item => item.Action == PlanAction.Baseline),
            nameof(PlanSwitches.Only) => Where(item => item.Action == PlanAction.Defer),
            nameof(PlanSwitches.Exclude) => Where(item => item.File.Excluded),
            nameof(PlanSwitches.AllowDuplicateVersion) => Where(item =>
                !item.File.Repeatable && plan.Items.Any(other => other != item && other.File.Version == item.File.Version)
            ),
            nameof(PlanSwitches.AllowOutOfOrder) => Where(item => plan.AppliedBehind(item) is not null),
            nameof(PlanSwitches.AcceptChanged) => Where(item => item.Action == PlanAction.AcceptChange),
            nameof(PlanSwitches.Reapply) => Where(item => item is { Action: PlanAction.Reapply, File.Repeatable: false }),
            nameof(PlanSwitches.Resume) => Where(item => item.Action == PlanAction.Resume),
            _ => null,
        };

        List<string> Where(Func<PlanItem, bool> has) => [.. plan.Items.Where(has).Select(item => item.File.Name)];
    }
}
