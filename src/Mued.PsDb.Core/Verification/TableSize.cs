using Mued.PsDb.Foundation;

namespace Mued.PsDb;

/// <summary>The rows and the storage of a table.</summary>
/// <param name="Table">The table, schema-qualified.</param>
/// <param name="Rows">The number of rows, counted.</param>
/// <param name="HeapBytes">Bytes of the table itself (pg_table_size: heap, TOAST, maps).</param>
/// <param name="IndexBytes">Bytes of its indexes (pg_indexes_size).</param>
/// <param name="TotalBytes">Bytes of both (pg_total_relation_size).</param>
public sealed record TableSize(string Table, long Rows, long HeapBytes, long IndexBytes, long TotalBytes)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Table} ({Figures.Count(Rows, "row")}, {Figures.Bytes(TotalBytes)})";
}
