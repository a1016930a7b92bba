using System.Globalization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Reporting;

/// <summary>
/// What each migration locks, how strongly, and until when: a row a relation, a column a statement. A lock lasts to the end of its transaction,
/// so a bar begins at the statement that takes it and ends where the file does.
/// </summary>
internal static class HtmlLockChart
{
    private const int Left = 250;
    private const int Right = 940;
    private const int RowHeight = 26;
    private const int MostRows = 40;
    private const int MostTicks = 14;

    public static void Write(TextWriter output, IReadOnlyList<MigrationTrace> traces)
    {
        var shown = traces.Where(trace => Bars(trace).Count > 0).ToList();
        if (shown.Count == 0)
            return;
        output.Write($"<h2>{HtmlText.Encode(Texts.Get("Heading.Locks"))}</h2>\n<p class=\"keys\">");
        foreach (var blocking in (Blocking[])[Blocking.Reads, Blocking.Writes, Blocking.None])
            output.Write($"<span class=\"key {blocking}\"></span>{HtmlText.Encode(Texts.Get("Key." + blocking))} ");
        output.Write("</p>\n");
        foreach (var trace in shown)
            Write(output, trace, Bars(trace));
    }

    private static void Write(TextWriter output, MigrationTrace trace, List<Bar> bars)
    {
        var rows = bars.Select(bar => bar.Relation).Distinct().Take(MostRows).ToList();
        var (columns, bottom) = (trace.Statements.Count, rows.Count * RowHeight + 6);
        output.Write(
            $"<h3>{HtmlText.Encode(trace.Name)}</h3>\n<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{HtmlText.Encode(trace.Name)}\"><svg class=\"locks\" viewBox=\"0 0 960 {bottom + 24}\" role=\"img\" aria-label=\"{HtmlText.Encode(Texts.Get("LocksOf", trace.Name))}\">\n"
        );
        var step = Math.Max(1, (columns + MostTicks - 1) / MostTicks);
        for (var i = 0; i < columns; i += step)
        {
            var x = Number(At(i, columns));
            output.Write($"<line class=\"axis\" x1=\"{x}\" y1=\"0\" x2=\"{x}\" y2=\"{bottom}\"/>");
            output.Write(
                $"<text class=\"tick\" x=\"{x}\" y=\"{bottom + 17}\">{HtmlText.Encode(Texts.Get("LineNumber", trace.Statements[i].Line))}</text>\n"
            );
        }

        foreach (var (relation, row) in rows.Select((relation, row) => (relation, row)))
        {
            var y = row * RowHeight + 4;
            output.Write($"<text x=\"{Left - 10}\" y=\"{y + 14}\" text-anchor=\"end\">{HtmlText.Encode(Short(relation))}</text>");
            foreach (var bar in bars.Where(bar => bar.Relation == relation))
                WriteBar(output, bar, columns, y);
        }

        output.Write("</svg></div>\n");
    }

    private static void WriteBar(TextWriter output, Bar bar, int columns, int y)
    {
        var (x, end) = (At(bar.First, columns), At(bar.End, columns));
        output.Write($"<g><title>{HtmlText.Encode(bar.Title)}</title>");
        output.Write(
            $"<rect class=\"{bar.Blocks}\" x=\"{Number(x)}\" y=\"{y}\" width=\"{Number(Math.Max(end - x - 1, 3))}\" height=\"18\" rx=\"3\"/>"
        );
        output.Write($"<text class=\"what\" x=\"{Number(x + 5)}\" y=\"{y + 13}\">{HtmlText.Encode(bar.What)}</text></g>\n");
    }

    // A stronger lock lies over the weaker one that it follows.
    private static List<Bar> Bars(MigrationTrace trace)
    {
        var bars = new List<Bar>();
        for (var i = 0; i < trace.Statements.Count; i++)
        {
            var statement = trace.Statements[i];
            foreach (
                var relation in statement.Relations.Where(relation =>
                    Tracing.LockModes.IsRemarkable(relation.LockModes) || relation.Rewritten
                )
            )
            {
                var mode = relation.LockModes.Count > 0 ? relation.LockModes[^1] : "";
                List<string> what =
                [
                    .. relation.Rewritten ? [Texts.Get("Mark.Rewritten")] : Array.Empty<string>(),
                    .. relation.IndexesBuilt.Count > 0 ? [Texts.Get("Mark.Indexed")] : Array.Empty<string>(),
                    .. relation is { Rewritten: false, IndexesBuilt.Count: 0, Scans: > 0 }
                        ? [Texts.Get("Mark.Read")]
                        : Array.Empty<string>(),
                ];
                bars.Add(
                    new(
                        relation.Relation,
                        i,
                        trace.Transactional ? trace.Statements.Count : i + 1,
                        Tracing.LockModes.Of(relation.LockModes),
                        string.Join(", ", what),
                        $"{statement.Command}: {string.Join(", ", what.Prepend(mode).Where(text => text.Length > 0))}"
                    )
                );
            }
        }

        return bars;
    }

    private static double At(int statement, int columns) => Left + (double)(Right - Left) * statement / columns;

    private static string Short(string name) => name.Length > 34 ? "\u2026" + name[^33..] : name;

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private readonly record struct Bar(string Relation, int First, int End, Blocking Blocks, string What, string Title);
}
