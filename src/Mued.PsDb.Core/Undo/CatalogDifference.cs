using Mued.PsDb.Backups;
using Mued.PsDb.Runs;
using Mued.PsDb.Schema;

namespace Mued.PsDb.Undo;

/// <summary>What scripts do to a catalog.</summary>
/// <param name="Vanished">Objects that go, and the columns that go from tables and composite types that stay.</param>
/// <param name="Rewritten">Tables that stay and whose rows go or are written anew, and columns that stay and get another type.</param>
/// <param name="Altered">Columns that stay and get another type, storage or compression: ALTER COLUMN TYPE puts the last two back to the default.</param>
/// <param name="Reset">Sequences that stay, as far as they may be set back, and where each stands then.</param>
/// <param name="Large">What becomes of large objects.</param>
internal sealed record CatalogDifference(
    IReadOnlyList<CatalogObject> Vanished,
    IReadOnlyList<CatalogObject> Rewritten,
    IReadOnlyList<CatalogObject> Altered,
    IReadOnlyDictionary<uint, SequenceStanding> Reset,
    LargeObjectLoss Large
)
{
    /// <summary>Whether the server counted what was written.</summary>
    public required bool Counted { get; init; }

    /// <summary>Whether something goes here that does not go there.</summary>
    public bool TakesMoreThan(CatalogDifference other) =>
        Vanished.Except(other.Vanished).Any() || Reset.Keys.Except(other.Reset.Keys).Any() || Large.TakesMoreThan(other.Large);
}
