namespace Mued.PsDb;

/// <summary>One thing that <c>Test-MuedConnection</c> looked at.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Status">The result.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Advice">What to do; null when the check passed.</param>
public sealed record ConnectionCheck(string Name, ConnectionCheckStatus Status, string Detail, string? Advice = null)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Status})";
}
