namespace Mued.PsDb.HelpBuilder;

/// <summary>What stands under one heading.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Line">The heading's line.</param>
internal sealed record HelpSection(string Title, int Line)
{
    /// <summary>The fenced code, if there is any.</summary>
    public string? Code { get; set; }

    /// <summary>The default of a parameter, where its type does not say it.</summary>
    public string? Default { get; set; }

    /// <summary>The paragraphs.</summary>
    public List<string> Text { get; } = [];

    /// <summary>The lines of its list.</summary>
    public List<HelpSection> Items { get; } = [];

    /// <summary>The headings one level down.</summary>
    public List<HelpSection> Sections { get; } = [];
}
