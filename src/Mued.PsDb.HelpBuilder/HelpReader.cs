using System.Text;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Mued.PsDb.HelpBuilder;

/// <summary>
/// Reads one Markdown file into sections. Get-Help shows plain text, so that there are headings, paragraphs, fenced code and plain
/// lists; whatever else Markdown knows is a mistake here, and is not lost without a word.
/// </summary>
internal sealed class HelpReader
{
    private const string DefaultMark = "Default: ";

    // Text such as rollback_<version>_ is no HTML.
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePreciseSourceLocation().Build();

    private readonly string file;
    private readonly Mistakes mistakes;

    private HelpReader(string file, Mistakes mistakes) => (this.file, this.mistakes) = (file, mistakes);

    /// <summary>Reads a file.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="mistakes">What is wrong with it.</param>
    /// <returns>The page.</returns>
    public static HelpPage Read(string file, Mistakes mistakes) => new(file, new HelpReader(file, mistakes).Read());

    private HelpSection Read()
    {
        var root = new HelpSection("", 1);
        // The section that is being filled is the last one; below it are those that it is part of.
        var open = new Stack<HelpSection>([root]);
        foreach (var block in Markdown.Parse(File.ReadAllText(file), Pipeline))
        {
            var section = open.Peek();
            switch (block)
            {
                case HeadingBlock heading when heading.Level <= open.Count:
                    while (open.Count > heading.Level)
                        open.Pop();
                    var next = new HelpSection(Text(heading), heading.Line + 1);
                    open.Peek().Sections.Add(next);
                    open.Push(next);
                    break;
                case FencedCodeBlock { Info: "powershell" } code when section is { Code: null, Text.Count: 0 }:
                    section.Code = code.Lines.ToString();
                    break;
                case ParagraphBlock paragraph when Text(paragraph) is var text && section.Default is null:
                    if (text.StartsWith(DefaultMark, StringComparison.Ordinal))
                        section.Default = text[DefaultMark.Length..];
                    else
                        section.Text.Add(text);
                    break;
                case ListBlock { IsOrdered: false } list:
                    foreach (var item in list.Cast<ListItemBlock>())
                        section.Items.Add(new HelpSection(item is [ParagraphBlock one] ? Text(one) : Bad(item), item.Line + 1));
                    break;
                default:
                    Bad(block);
                    break;
            }
        }

        if (root.Sections is [var page])
            return page;
        mistakes.Add(file, 1, "A file has one heading of the first level, the name of its cmdlet.");
        return root;
    }

    private string Text(LeafBlock block)
    {
        var text = new StringBuilder();
        foreach (var inline in block.Inline!)
            text.Append(
                inline switch
                {
                    LiteralInline literal => literal.Content.ToString(),
                    CodeInline code => code.Content,
                    LineBreakInline => " ",
                    AutolinkInline link => link.Url,
                    _ => Bad(inline),
                }
            );
        return text.ToString();
    }

    private string Bad(MarkdownObject markdown)
    {
        var kind = markdown.GetType().Name;
        mistakes.Add(
            file,
            markdown.Line + 1,
            $"Get-Help cannot show this ({kind}). Use headings that go one level deeper at a time, paragraphs, `code`, one ```powershell block "
                + "before the text of an example, plain lists, and as the last paragraph of a parameter \"Default: …\"."
        );
        return "";
    }
}
