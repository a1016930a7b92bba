namespace Mued.PsDb.Inspection;

/// <summary>What the catalog says about a <see cref="RequiredTable"/>.</summary>
/// <param name="Table">What was required.</param>
/// <param name="QualifiedName">The table that was found, as schema.table; null when there is none.</param>
/// <param name="KeyType">The type of its key column; null when it has no such column.</param>
/// <param name="KeyIsUnique">Whether the key column alone is the primary key or unique, so that a foreign key can refer to it.</param>
/// <param name="CanReference">Whether the role holds REFERENCES on the key column.</param>
internal sealed record TableFacts(RequiredTable Table, string? QualifiedName, string? KeyType, bool KeyIsUnique, bool CanReference)
{
    /// <summary>Whether it is there with a usable key of the right type.</summary>
    public bool HasKey => KeyType == Table.KeyType && KeyIsUnique;
}
