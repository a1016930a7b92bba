namespace Mued.PsDb;

/// <summary>A small table of a report: sizes, retries, impacts, losses.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Columns">The column heads.</param>
/// <param name="Rows">The cells, a list a row, each as long as <paramref name="Columns"/>.</param>
public sealed record ReportTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>The places of the columns that hold figures, which are read by their last digits.</summary>
    public IReadOnlyList<int> Figures { get; init; } = [];
}
