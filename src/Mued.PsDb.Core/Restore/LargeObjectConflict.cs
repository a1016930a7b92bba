using System.Globalization;

namespace Mued.PsDb;

/// <summary>A large object that is not as it was before the undo.</summary>
/// <param name="Oid">Its number.</param>
/// <param name="Reason">Why: other content is there under the number, or its owner, comment or privileges could not be put back.</param>
public sealed record LargeObjectConflict(uint Oid, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Oid}: {Reason}");
}
