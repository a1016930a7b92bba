using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>A row that is not as it was before the undo, because others have written it since.</summary>
/// <param name="Key">The row's key, as columns and values.</param>
/// <param name="Columns">The columns that differ; none for a row that was not there before and that others refer to.</param>
public sealed record RowConflict(string Key, IReadOnlyList<string> Columns)
{
    /// <inheritdoc cref="RowConflict" path="/param[@name='Columns']"/>
    public IReadOnlyList<string> Columns { get; init; } = RecordList.Of(Columns);

    /// <inheritdoc/>
    public override string ToString() => $"{Key}: {string.Join(", ", Columns)}";
}
