namespace Mued.PsDb;

/// <summary>One thing that a check looked at: a session, an index, a table.</summary>
/// <param name="Name">Its name; empty for the server as a whole.</param>
/// <param name="Value">Its figure, in the check's unit; null when it cannot be told.</param>
/// <param name="Detail">The same in words.</param>
public sealed record HealthItem(string Name, decimal? Value, string Detail)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Detail})";
}
