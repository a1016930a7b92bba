using Mued.PsDb.Files;

namespace Mued.PsDb.Baselines;

/// <summary>What a folder has made up to a place in it.</summary>
/// <param name="Applied">How many of its migrations.</param>
/// <param name="Last">The last of them; null before the first.</param>
/// <param name="Schema">The schema.</param>
internal sealed record SchemaStage(int Applied, MigrationFile? Last, SchemaSnapshot Schema)
{
    /// <summary>Whether the last migration made nothing that the stage before did not have, though it says something.</summary>
    public bool Untraced { get; init; }

    /// <summary>How a person calls it.</summary>
    public string Name => Last?.Name ?? Foundation.Texts.Get("Baseline.Nothing");
}
