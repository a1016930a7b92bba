using Mued.PsDb.Foundation;
using Mued.PsDb.Tracing;

namespace Mued.PsDb.Migrations;

/// <summary>What a rehearsal leaves behind although it was rolled back, in words.</summary>
internal static class RehearsalRemains
{
    // A segment of WAL; less is what a server writes anyhow.
    private const long RemarkableWal = 16L << 20;

    /// <summary>The words; none where little was written and no sequence moved.</summary>
    public static IEnumerable<string> Of(TraceState state, IReadOnlyList<MigrationTrace> traces)
    {
        var statements = traces.SelectMany(trace => trace.Statements).ToList();
        var (rows, wal) = (statements.Sum(RowsOf), statements.Sum(statement => statement.WalBytes ?? 0));
        if (rows >= SmallTable.DefaultRows || wal >= RemarkableWal)
            yield return Texts.Get("RehearsalRemains", Figures.Count(rows, "row"), Figures.Bytes(wal));
        if (state.MovedSequences.Count > 0)
            yield return Texts.Get("SequencesMoved", Figures.List([.. state.MovedSequences]));
        if (!state.Counts)
            yield return Texts.Get("CountsOff");
    }

    /// <summary>How many rows a statement wrote of tables that were there before.</summary>
    public static long RowsOf(StatementEvidence statement) =>
        statement.Relations.Sum(relation => relation.RowsInserted + relation.RowsUpdated + relation.RowsDeleted);
}
