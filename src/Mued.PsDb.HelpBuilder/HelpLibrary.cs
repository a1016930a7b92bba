namespace Mued.PsDb.HelpBuilder;

/// <summary>The Markdown files of a module: one for each cmdlet, and one for the parameters that several share.</summary>
/// <param name="Common">The shared parameters.</param>
/// <param name="Pages">The cmdlets.</param>
internal sealed record HelpLibrary(HelpPage Common, IReadOnlyList<HelpPage> Pages)
{
    /// <summary>Reads them.</summary>
    /// <param name="folder">Their folder.</param>
    /// <param name="mistakes">What is wrong with them.</param>
    /// <returns>The pages.</returns>
    public static HelpLibrary Read(string folder, Mistakes mistakes)
    {
        var pages = Directory
            .GetFiles(folder, "*.md")
            .Order(StringComparer.Ordinal)
            .Select(file => HelpReader.Read(file, mistakes))
            .ToList();
        var common = pages.Find(page => page.Name == "Common") ?? new HelpPage(Path.Combine(folder, "Common.md"), new HelpSection("", 1));
        return new HelpLibrary(common, [.. pages.Where(page => page.Name != common.Name)]);
    }

    /// <summary>The page of a cmdlet.</summary>
    /// <param name="cmdlet">Its name.</param>
    /// <returns>The page, or null.</returns>
    public HelpPage? Page(string cmdlet) => Pages.FirstOrDefault(page => page.Name == cmdlet);

    /// <summary>What is said of a parameter: by the cmdlet's own page, else by the common one.</summary>
    /// <param name="page">The page.</param>
    /// <param name="parameter">The parameter's name.</param>
    /// <returns>The section, or null.</returns>
    public HelpSection? Parameter(HelpPage page, string parameter) =>
        page.Under("Parameters").Concat(Common.Under("Parameters")).FirstOrDefault(section => section.Title == "-" + parameter);
}
