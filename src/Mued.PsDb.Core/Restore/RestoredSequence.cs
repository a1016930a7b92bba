namespace Mued.PsDb;

/// <summary>What became of a sequence of a backup.</summary>
/// <param name="Name">The sequence, schema-qualified.</param>
/// <param name="LastValue">The number that the backup has: given out last, or given out next where it is not called.</param>
/// <param name="IsCalled">Whether it had given that number out.</param>
/// <param name="Status">What was done.</param>
public sealed record RestoredSequence(string Name, long LastValue, bool IsCalled, SequenceStatus Status)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Status})";
}
