namespace Mued.PsDb;

/// <summary>What a switch of a run makes of the plan.</summary>
/// <param name="Switch">The switch, as the option of <see cref="MigrationOptions"/> is named.</param>
/// <param name="Value">What it was given.</param>
/// <param name="Effect">What follows from it here, in one sentence.</param>
public sealed record PlanEffect(string Switch, string Value, string Effect)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Switch} {Value}: {Effect}";
}
