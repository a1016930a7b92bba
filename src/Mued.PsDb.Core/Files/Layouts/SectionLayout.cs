using System.Globalization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Files;

/// <summary>
/// A convention that keeps both ways in one file, told apart by marker lines. Such lines are looked for as the tools do it: line by line,
/// whatever quotes or comments they stand in.
/// </summary>
internal abstract class SectionLayout : ILayout, ISectionMarkers
{
    /// <inheritdoc/>
    public abstract MigrationLayout Name { get; }

    /// <inheritdoc/>
    public abstract string UpMarker { get; }

    /// <summary>How the tool writes the beginning of what takes back.</summary>
    protected abstract string DownMarker { get; }

    /// <inheritdoc/>
    public virtual string? FirstNumber => null;

    /// <summary>A text that every marker holds, upper or lower case.</summary>
    protected abstract string Hint { get; }

    /// <inheritdoc/>
    public virtual bool BeginsUp => false;

    /// <inheritdoc/>
    public abstract LineMeaning Read(ReadOnlySpan<char> line);

    /// <inheritdoc/>
    public LayoutMark? Find(FolderContents folder) =>
        folder
            .Included.Where(file => !file.TakesBack)
            .Select(file => FindIn(file.Name, file.Text))
            .FirstOrDefault(mark => mark is not null);

    /// <summary>The first line of a text that only this convention has.</summary>
    public LayoutMark? FindIn(string file, string text)
    {
        if (!text.HasWord(Hint))
            return null;
        foreach (var line in new TextLines(text))
        {
            if (IsMark(Read(line.Text)))
                return new(file, line.Number, line.Text.Trim().ToString());
        }

        return null;
    }

    /// <inheritdoc/>
    public IEnumerable<LayoutPart> Read(FolderContents folder) => folder.Files.Where(file => file.IsSql).Select(Part);

    /// <inheritdoc/>
    public virtual string Time(DateTimeOffset now) => now.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public IReadOnlyList<NewFile> Make(string version, string name)
    {
        var stem = $"{version}{Separator}{name}";
        var up = UpMarker == DownMarker ? "" : UpMarker + "\n";
        return [new(stem, $"{stem}.sql", $"{Texts.Get("New.Up", stem)}{up}\n{DownMarker}\n")];
    }

    /// <summary>What stands between version and name.</summary>
    protected virtual char Separator => '_';

    /// <summary>Whether a line shows that a file is of this convention.</summary>
    protected virtual bool IsMark(LineMeaning meaning) => meaning != LineMeaning.Text;

    /// <summary>What a comment says, when a line is one: <c>-- text</c>.</summary>
    protected static bool TryComment(ReadOnlySpan<char> line, out ReadOnlySpan<char> comment)
    {
        var text = line.TrimStart();
        var found = text.StartsWith("--", StringComparison.Ordinal);
        comment = found ? text.TrimStart('-').Trim() : [];
        return found;
    }

    private LayoutPart Part(FolderFile file)
    {
        var part = new LayoutPart(file.BaseName, MigrationVersion.OfName(file.BaseName), file);
        if (file.Excluded)
            return part;
        var sections = SectionedText.Cut(file, this);
        return part with
        {
            Up = new(() => SqlScript.Parse(sections.Up, file.Path, sections.UpOutside)),
            Down = sections.Down is { } down ? new(() => SqlScript.Parse(down, file.Path, sections.DownOutside)) : null,
        };
    }
}
