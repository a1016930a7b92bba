namespace Mued.PsDb;

/// <summary>A column that an undo makes vanish from a table that stays.</summary>
/// <param name="Table">The table, schema-qualified.</param>
/// <param name="Name">The column.</param>
/// <param name="Type">Its type with modifiers.</param>
/// <param name="Rows">How many rows the table holds; null when the undo failed before they were counted.</param>
public sealed record LostColumn(string Table, string Name, string Type, long? Rows)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Table}.{Name} ({Type})";
}
