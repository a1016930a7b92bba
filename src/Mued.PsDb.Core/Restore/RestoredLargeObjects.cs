using System.Globalization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>What became of the large objects of a backup.</summary>
/// <param name="Restored">How many were made again, those that overwrote other content included.</param>
/// <param name="Present">How many were there as they were.</param>
public sealed record RestoredLargeObjects(long Restored, long Present)
{
    /// <summary>How many are not as they were.</summary>
    public long Conflicting { get; init; }

    /// <summary>The first hundred of them.</summary>
    public IReadOnlyList<LargeObjectConflict> Conflicts
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<LargeObjectConflict>();

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Restored} restored, {Present} present, {Conflicting} conflicting");
}
