using System.Diagnostics;
using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Backups;

/// <summary>Tells how many rows of a table have gone by, twice a second.</summary>
/// <param name="progress">Who is told.</param>
/// <param name="text">The name of the text, for the number and the table.</param>
/// <param name="table">The table.</param>
/// <param name="total">How many rows there are, when that is known.</param>
internal sealed class RowProgress(IProgress<RunProgress>? progress, string text, ObjectName table, long? total)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Stopwatch told = Stopwatch.StartNew();

    /// <summary>Notes the number of rows so far.</summary>
    public void Advanced(long rows)
    {
        if (progress is null || told.Elapsed < Interval)
            return;
        told.Restart();
        progress.Report(new(ProgressKind.Rows, Texts.Get(text, rows, table), null, rows, total));
    }
}
