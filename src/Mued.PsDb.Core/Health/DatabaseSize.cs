using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>How large a database is, and how much it has grown since an earlier report.</summary>
/// <param name="Bytes">Bytes of all its files.</param>
/// <param name="TableBytes">Bytes of the tables, as they were last vacuumed or analyzed.</param>
/// <param name="IndexBytes">Bytes of the indexes, likewise.</param>
public sealed record DatabaseSize(long Bytes, long TableBytes, long IndexBytes)
{
    /// <summary>The largest tables, the largest first; fifty at most.</summary>
    public IReadOnlyList<HealthTable> Tables
    {
        get;
        init => field = RecordList.Of(value);
    } = RecordList.Of<HealthTable>();

    /// <summary>When the earlier report was made; null without one.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How many bytes the files have gained since then.</summary>
    public long? Growth { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Figures.Bytes(Bytes);
}
