using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>A table that stays and whose rows the rollback scripts of an undo change, other than by dropping columns.</summary>
/// <param name="Name">The table, schema-qualified.</param>
/// <param name="Rows">How many rows are deleted, updated or rewritten.</param>
public sealed record ChangedTable(string Name, long Rows)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Figures.Count(Rows, "row")})";
}
