using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>One migration of a plan: what a run that begins now would do with it.</summary>
/// <param name="Name">The file's base name, which is the migration's identity.</param>
/// <param name="Action">What would be done.</param>
/// <param name="Statements">How many SQL statements the file holds.</param>
public sealed record PlannedMigration(string Name, PlanAction Action, int Statements)
{
    /// <summary>Why it is left alone; null for those that run.</summary>
    public string? Reason { get; init; }

    /// <summary>What would be done, in one sentence.</summary>
    /// <returns>The sentence, without its full stop.</returns>
    public override string ToString() => Texts.Get("Plan." + Action, Name, Figures.Count(Statements, "statement"), Reason);
}
