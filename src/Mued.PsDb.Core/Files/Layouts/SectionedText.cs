using Mued.PsDb.Foundation;
using Mued.PsDb.Sql;

namespace Mued.PsDb.Files;

/// <summary>
/// A file cut at its marker lines. Each way keeps its place: what belongs to the other is blank, so that lines and columns are those of
/// the file, and no statement of one way can reach into the other.
/// </summary>
/// <param name="Up">What applies.</param>
/// <param name="Down">What takes back; null when no line begins it.</param>
/// <param name="UpOutside">Whether the first runs outside a transaction.</param>
/// <param name="DownOutside">Whether the second does.</param>
internal sealed record SectionedText(string Up, string? Down, bool UpOutside, bool DownOutside)
{
    private enum Section
    {
        Before,
        Up,
        Down,
    }

    /// <summary>Cuts a file.</summary>
    /// <exception cref="MuedException">A line is almost a marker, SQL stands before the first one, or none begins what applies.</exception>
    public static SectionedText Cut(FolderFile file, ISectionMarkers layout)
    {
        var text = file.Text;
        var (before, up, down) = (Blank(text), Blank(text), Blank(text));
        var (upOutside, downOutside, hasUp, hasDown) = (false, false, layout.BeginsUp && !Begins(text, layout), false);
        var section = hasUp ? Section.Up : Section.Before;
        foreach (var line in new TextLines(text))
        {
            var meaning = layout.Read(line.Text);
            switch (meaning)
            {
                case LineMeaning.Text:
                    var target = section switch
                    {
                        Section.Up => up,
                        Section.Down => down,
                        _ => before,
                    };
                    line.Text.CopyTo(target.AsSpan(line.Start));
                    break;
                case LineMeaning.Up or LineMeaning.UpOutside:
                    (section, hasUp, upOutside) = (Section.Up, true, upOutside || meaning == LineMeaning.UpOutside);
                    break;
                case LineMeaning.Down or LineMeaning.DownOutside:
                    (section, hasDown, downOutside) = (Section.Down, true, downOutside || meaning == LineMeaning.DownOutside);
                    break;
                case LineMeaning.Outside:
                    upOutside = true;
                    break;
                case LineMeaning.Unknown:
                    throw Texts.UsageAt("LayoutMarkerUnknown", file.Path, line.Number, 1, line.Text.Trim().ToString(), layout.Name);
            }
        }

        if (!hasUp)
            throw Texts.Usage("LayoutUpMissing", file.Path, layout.UpMarker, layout.Name);
        RejectSql(before, file, layout);
        return new(new string(up).TrimEnd(), hasDown ? new string(down).TrimEnd() : null, upOutside, downOutside);
    }

    private static bool Begins(string text, ISectionMarkers layout)
    {
        foreach (var line in new TextLines(text))
        {
            if (layout.Read(line.Text) is LineMeaning.Up or LineMeaning.UpOutside)
                return true;
        }

        return false;
    }

    private static char[] Blank(string text) =>
        string.Create(
                text.Length,
                text,
                (blank, whole) =>
                {
                    for (var i = 0; i < blank.Length; i++)
                        blank[i] = whole[i] is '\n' or '\r' ? whole[i] : ' ';
                }
            )
            .ToCharArray();

    // Whether the tool would run it, and when, is not certain.
    private static void RejectSql(ReadOnlySpan<char> before, FolderFile file, ISectionMarkers layout)
    {
        var first = new SqlLexer(before).Next();
        if (first.Kind == TokenKind.End)
            return;
        var (line, column) = new LineCounter(before).Advance(first.Start);
        throw Texts.UsageAt("LayoutSqlOutside", file.Path, line, column, layout.UpMarker, layout.Name);
    }
}
