using Mued.PsDb.Foundation;

namespace Mued.PsDb.Files;

/// <summary>Which convention a folder is read by: the one that was asked for, or the only one that the folder shows.</summary>
/// <param name="Layout">The convention.</param>
/// <param name="Reason">Why it is that one, for people.</param>
internal sealed record LayoutChoice(ILayout Layout, string Reason)
{
    private static readonly SectionLayout[] Sections =
    [
        new GooseLayout(),
        new DbmateLayout(),
        new SqlMigrateLayout(),
        new TernLayout(),
        new NodePgMigrateLayout(),
    ];

    private static readonly ILayout Plain = new PlainLayout();
    private static readonly ILayout[] All =
    [
        Plain,
        new PairsLayout(),
        .. Sections,
        new FlywayLayout(),
        new DieselLayout(),
        new PrismaLayout(),
        new DrizzleLayout(),
    ];

    /// <summary>Chooses.</summary>
    /// <exception cref="MuedException">The folder belongs to a tool whose migrations are not SQL alone, or it shows two conventions.</exception>
    public static LayoutChoice Of(FolderContents folder, MigrationLayout asked)
    {
        ForeignFolder.RejectCode(folder);
        var choice = asked == MigrationLayout.Auto ? Recognise(folder) : new(Named(asked), Texts.Get("LayoutAsked", asked));
        return choice.Layout.HasPlaceholders || folder.Variables.Count == 0
            ? choice
            : throw Texts.Usage("VariableUnused", folder.Variables.Keys.First(), choice.Layout.Name);
    }

    /// <summary>The convention of a folder that is not there: the one that was asked for, or the plain one.</summary>
    public static ILayout Named(MigrationLayout asked) =>
        asked == MigrationLayout.Auto ? Plain : All.Single(layout => layout.Name == asked);

    private static LayoutChoice Recognise(FolderContents folder)
    {
        ForeignFolder.Reject(folder);
        var found = All.Select(layout => (Layout: layout, Mark: layout.Find(folder))).Where(item => item.Mark is not null).ToList();

        // The words of node-pg-migrate are also what people write as a heading between the markers of another tool.
        if (found.Exists(item => item.Layout is SectionLayout and not NodePgMigrateLayout))
            found.RemoveAll(item => item.Layout is NodePgMigrateLayout);
        return found switch
        {
            [] => new(Plain, Texts.Get("LayoutPlain")),
            [var only] => new(only.Layout, Texts.Get("LayoutFound", only.Layout.Name, only.Mark)),
            [var first, var second, ..] => throw Texts.Usage(
                "LayoutAmbiguous",
                folder.Path,
                first.Layout.Name,
                first.Mark,
                second.Layout.Name,
                second.Mark
            ),
        };
    }

    /// <summary>
    /// Makes sure that nothing that takes back runs as if it applied, whatever was asked for: no file that takes back by its name, and none
    /// with the marker of another convention.
    /// </summary>
    /// <exception cref="MuedException">There is such a file.</exception>
    public void RejectOtherWay(FolderContents folder, IEnumerable<LayoutPart> parts)
    {
        var downs = PairsLayout.DownsOf(folder);
        foreach (var part in parts.Where(part => part is { Up: not null, File.Excluded: false }))
        {
            if (part.File.TakesBack || downs.Contains(part.File))
                throw Texts.Usage("LayoutContradicted", Layout.Name, MigrationLayout.Pairs, new LayoutMark(part.File.Name));
            foreach (var other in Sections.Where(other => other != Layout))
            {
                if (other.FindIn(part.File.Name, part.Up!.Value.Text) is { } mark)
                    throw Texts.Usage("LayoutContradicted", Layout.Name, other.Name, mark);
            }

            TemplateMark.Reject(part.Up!.Value);
        }
    }
}
