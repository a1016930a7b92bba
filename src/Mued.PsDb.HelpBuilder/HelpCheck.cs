namespace Mued.PsDb.HelpBuilder;

/// <summary>Holds the Markdown against the compiled cmdlets: neither may know what the other does not.</summary>
internal static class HelpCheck
{
    private static readonly string[] Parts = ["Description", "Examples", "Parameters", "Inputs", "Outputs", "Related links"];

    /// <summary>Tells what is missing, too much, or empty.</summary>
    /// <param name="cmdlets">The cmdlets.</param>
    /// <param name="library">The Markdown.</param>
    /// <param name="topics">The names of the about topics.</param>
    /// <param name="mistakes">Where to tell it.</param>
    public static void Compare(IReadOnlyList<Cmdlet> cmdlets, HelpLibrary library, IEnumerable<string> topics, Mistakes mistakes)
    {
        var names = cmdlets.Select(cmdlet => cmdlet.Name).ToList();
        var links = names.Concat(topics).ToHashSet();
        foreach (var cmdlet in cmdlets)
            if (library.Page(cmdlet.Name) is { } page)
                Compare(cmdlet, page, library, links, mistakes);
            else
                mistakes.Add(Path.Combine(Path.GetDirectoryName(library.Common.File)!, cmdlet.Name + ".md"), 1, "The cmdlet has no help.");

        foreach (var page in library.Pages.Where(page => !names.Contains(page.Name)))
            mistakes.Add(page.File, 1, $"There is no cmdlet {page.Name}.");

        // A shared description is for parameters whose own cmdlet says nothing.
        foreach (var section in library.Common.Under("Parameters"))
        {
            var shared = cmdlets.Count(cmdlet =>
                cmdlet.Parameters.Any(parameter => "-" + parameter.Name == section.Title)
                && library.Page(cmdlet.Name)?.Under("Parameters").All(own => own.Title != section.Title) == true
            );
            if (shared < 2)
                mistakes.Add(
                    library.Common.File,
                    section.Line,
                    $"{section.Title} is shared by no two cmdlets; describe it in the cmdlet's file."
                );
            Filled(section, library.Common, mistakes);
        }
    }

    private static void Compare(Cmdlet cmdlet, HelpPage page, HelpLibrary library, HashSet<string> links, Mistakes mistakes)
    {
        if (page.Root.Title != cmdlet.Name)
            mistakes.Add(page.File, page.Root.Line, $"The first heading is the cmdlet's name, {cmdlet.Name}.");
        if (page.Root.Text.Count != 1)
            mistakes.Add(page.File, page.Root.Line, "One paragraph, the synopsis, stands between the name and the first part.");
        var parts = page.Root.Sections.Select(section => section.Title).ToList();
        if (!parts.SequenceEqual(Parts.Where(part => part != "Parameters" || parts.Contains(part))))
            mistakes.Add(page.File, page.Root.Line, $"The parts are, in this order: {string.Join(", ", Parts)}.");
        if (page.Part("Description") is { } description)
            Filled(description, page, mistakes);

        if (page.Under("Examples").Count < 2)
            mistakes.Add(page.File, page.Part("Examples")?.Line ?? 1, "There are two examples at least.");
        foreach (var example in page.Under("Examples"))
        {
            Filled(example, page, mistakes);
            if (example.Code?.Contains(cmdlet.Name, StringComparison.Ordinal) != true)
                mistakes.Add(page.File, example.Line, $"The example begins with a ```powershell block that calls {cmdlet.Name}.");
        }

        SameNames(page, "Inputs", cmdlet.Inputs, mistakes);
        SameNames(page, "Outputs", cmdlet.Outputs, mistakes);
        Parameters(cmdlet, page, library, mistakes);

        if (page.Part("Related links") is { Items.Count: 0 } related)
            mistakes.Add(page.File, related.Line, "A list of related cmdlets and topics is missing.");
        foreach (var link in page.Part("Related links")?.Items ?? [])
            if (!links.Contains(link.Title))
                mistakes.Add(page.File, link.Line, $"{link.Title} is neither a cmdlet nor an about topic of the module.");
    }

    private static void Parameters(Cmdlet cmdlet, HelpPage page, HelpLibrary library, Mistakes mistakes)
    {
        foreach (var section in page.Under("Parameters"))
        {
            Filled(section, page, mistakes);
            if (cmdlet.Parameters.All(parameter => "-" + parameter.Name != section.Title))
                mistakes.Add(page.File, section.Line, $"{cmdlet.Name} has no parameter {section.Title}.");
        }

        foreach (var parameter in cmdlet.Parameters)
        {
            var section = library.Parameter(page, parameter.Name);
            if (section is null)
                mistakes.Add(
                    page.File,
                    page.Part("Parameters")?.Line ?? 1,
                    $"-{parameter.Name} is described neither here nor in Common.md."
                );
            else if (section.Default is not null && parameter.Default is not null)
                mistakes.Add(page.File, section.Line, $"The default of -{parameter.Name} follows from its type; leave it out.");
        }
    }

    private static void SameNames(HelpPage page, string part, IEnumerable<string> expected, Mistakes mistakes)
    {
        foreach (var section in page.Under(part))
            Filled(section, page, mistakes);
        var said = page.Under(part).Select(section => section.Title).ToHashSet();
        var types = expected.ToList();
        if (!said.SetEquals(types))
            mistakes.Add(page.File, page.Part(part)?.Line ?? 1, $"The cmdlet declares under {part}: {string.Join(", ", types)}.");
    }

    private static void Filled(HelpSection section, HelpPage page, Mistakes mistakes)
    {
        if (section.Text.Count == 0)
            mistakes.Add(page.File, section.Line, $"There is no text under \"{section.Title}\".");
    }
}
