namespace Mued.PsDb;

/// <summary>A table that the migrations build on, as it was found.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Exists">Whether it is there.</param>
/// <param name="KeyType">The type of its key column; null without one.</param>
/// <param name="HasUuidKey">Whether the key is a unique uuid column, as the migrations need.</param>
/// <param name="CanReference">Whether the role may create foreign keys to it.</param>
public sealed record BaseTable(string Name, bool Exists, string? KeyType, bool HasUuidKey, bool CanReference)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
