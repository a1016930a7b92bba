using System.Globalization;

namespace Mued.PsDb;

/// <summary>The large objects that an undo unlinks or writes to, or that the rows refer to that go.</summary>
/// <param name="Count">How many.</param>
/// <param name="Bytes">How many bytes they hold.</param>
public sealed record LostLargeObjects(long Count, long Bytes)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} ({Bytes} bytes)");
}
