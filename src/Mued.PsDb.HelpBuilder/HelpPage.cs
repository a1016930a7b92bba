namespace Mued.PsDb.HelpBuilder;

/// <summary>One Markdown file.</summary>
/// <param name="File">Its path.</param>
/// <param name="Root">Its first heading, with the synopsis as text and the parts below it.</param>
internal sealed record HelpPage(string File, HelpSection Root)
{
    /// <summary>The name of the file, which is the cmdlet's.</summary>
    public string Name => Path.GetFileNameWithoutExtension(File);

    /// <summary>The headings below one of the second level; none if it is not there.</summary>
    /// <param name="title">The heading of the second level.</param>
    /// <returns>The sections.</returns>
    public IReadOnlyList<HelpSection> Under(string title) => Part(title)?.Sections ?? [];

    /// <summary>What stands under a heading of the second level.</summary>
    /// <param name="title">The heading.</param>
    /// <returns>The section, or null.</returns>
    public HelpSection? Part(string title) => Root.Sections.Find(section => section.Title == title);
}
