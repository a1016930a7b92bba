using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>A table that an undo makes vanish.</summary>
/// <param name="Name">The table, schema-qualified.</param>
/// <param name="Rows">How many rows it holds; null when the undo failed before they were counted.</param>
public sealed record LostTable(string Name, long? Rows)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Figures.Count(Rows, "row")})";
}
