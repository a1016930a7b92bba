using System.Globalization;

namespace Mued.PsDb;

/// <summary>A sequence that an undo makes vanish, with the state that its backup holds.</summary>
/// <param name="Name">The sequence, schema-qualified.</param>
/// <param name="LastValue">The number that it gave out last, or gives out next where it is not called.</param>
/// <param name="IsCalled">Whether it has given that number out.</param>
public sealed record LostSequence(string Name, long LastValue, bool IsCalled)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} ({LastValue})");
}
