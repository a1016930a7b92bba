namespace Mued.PsDb;

/// <summary>A check of the daily runbook.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Detail">What was found, and what to do about it.</param>
public sealed record RunbookCheck(string Name, RunbookStatus Status, string Detail)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Status})";
}
