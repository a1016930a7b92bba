using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>How large a table was when it was last vacuumed or analyzed.</summary>
/// <param name="Name">Its name, with the schema.</param>
/// <param name="Bytes">Bytes of its rows, those that are stored out of line included.</param>
/// <param name="IndexBytes">Bytes of its indexes.</param>
/// <param name="Rows">Rows, estimated; null where nobody has counted.</param>
public sealed record HealthTable(string Name, long Bytes, long IndexBytes, long? Rows)
{
    /// <summary>How many bytes table and indexes have gained since the earlier report; null where that does not have it.</summary>
    public long? Growth { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Figures.Bytes(Bytes + IndexBytes)})";
}
