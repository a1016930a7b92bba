using System.Globalization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>What became of the rows of one file of a backup.</summary>
/// <param name="Name">The table, schema-qualified.</param>
/// <param name="Rows">How many rows the file holds.</param>
public sealed record RestoredTable(string Name, long Rows)
{
    /// <summary>The columns that were put back; empty when whole rows were.</summary>
    public IReadOnlyList<string> Columns
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<string>();

    /// <summary>Rows loaded, those that overwrote others included.</summary>
    public long Loaded { get; init; }

    /// <summary>Of <see cref="Loaded"/>, those that overwrote a row that existed.</summary>
    public long Replaced { get; init; }

    /// <summary>Rows left out because they exist.</summary>
    public long Skipped { get; init; }

    /// <summary>Rows that are not as they were before the undo, because others have written them since; skipped or put back in part.</summary>
    public long Conflicting { get; init; }

    /// <summary>The first hundred of them.</summary>
    public IReadOnlyList<RowConflict> Conflicts
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<RowConflict>();

    /// <summary>Rows left out because the database does not take them.</summary>
    public long Rejected => Rejections.Sum(rejection => rejection.Rows);

    /// <summary>Why rows were rejected.</summary>
    public IReadOnlyList<RejectedRows> Rejections
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<RejectedRows>();

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} ({Loaded}/{Rows})");
}
