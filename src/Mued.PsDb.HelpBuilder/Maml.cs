using System.Xml.Linq;

namespace Mued.PsDb.HelpBuilder;

/// <summary>Writes the XML that Get-Help reads.</summary>
internal static class Maml
{
    private static readonly XNamespace Msh = "http://msh";
    private static readonly XNamespace Text = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>Puts what is compiled and what is written together.</summary>
    /// <param name="cmdlets">The cmdlets.</param>
    /// <param name="library">The Markdown, which was compared with them.</param>
    /// <param name="online">The URL of the folder that holds the pages, ending in what precedes a file's name, or null if it is not known.</param>
    /// <returns>The document.</returns>
    public static XDocument Write(IEnumerable<Cmdlet> cmdlets, HelpLibrary library, string? online) =>
        new(
            new XElement(
                Msh + "helpItems",
                new XAttribute("schema", "maml"),
                new XAttribute(XNamespace.Xmlns + "maml", Text),
                new XAttribute(XNamespace.Xmlns + "command", Command),
                new XAttribute(XNamespace.Xmlns + "dev", Dev),
                cmdlets.Select(cmdlet => Write(cmdlet, library.Page(cmdlet.Name)!, library, online))
            )
        );

    private static XElement Write(Cmdlet cmdlet, HelpPage page, HelpLibrary library, string? online)
    {
        var parameters = cmdlet.Parameters.Select(parameter => Parameter(parameter, library.Parameter(page, parameter.Name)!)).ToList();
        var described = cmdlet.Parameters.Zip(parameters).ToList();
        return new XElement(
            Command + "command",
            new XElement(
                Command + "details",
                new XElement(Command + "name", cmdlet.Name),
                new XElement(Command + "verb", cmdlet.Verb),
                new XElement(Command + "noun", cmdlet.Noun),
                Description(page.Root.Text)
            ),
            Description(page.Part("Description")!.Text),
            new XElement(Command + "syntax", cmdlet.Sets.Select(set => SyntaxItem(cmdlet.Name, set, described))),
            new XElement(
                Command + "parameters",
                parameters.OrderBy(parameter => (string)parameter.Element(Text + "name")!, StringComparer.Ordinal)
            ),
            new XElement(Command + "inputTypes", page.Under("Inputs").Select(section => Typed("inputType", section))),
            new XElement(Command + "returnValues", page.Under("Outputs").Select(section => Typed("returnValue", section))),
            new XElement(Command + "examples", page.Under("Examples").Select(Example)),
            new XElement(Command + "relatedLinks", Online(page, online), page.Part("Related links")!.Items.Select(item => Link(item.Title)))
        );
    }

    private static XElement Parameter(CmdletParameter parameter, HelpSection section)
    {
        IEnumerable<string> accepted =
            parameter.AcceptedValues.Count > 0 ? [$"Accepted values: {string.Join(", ", parameter.AcceptedValues)}"] : [];
        return new XElement(
            Command + "parameter",
            new XAttribute("required", parameter.Required),
            new XAttribute("variableLength", parameter.Type.EndsWith("[]", StringComparison.Ordinal)),
            new XAttribute("globbing", parameter.Wildcards),
            new XAttribute("pipelineInput", PipelineInput(parameter)),
            new XAttribute("position", (object?)parameter.Position ?? "named"),
            new XAttribute("aliases", parameter.Aliases.Count > 0 ? string.Join(", ", parameter.Aliases) : "None"),
            new XElement(Text + "name", parameter.Name),
            Description([.. section.Text, .. accepted]),
            parameter.AcceptedValues.Count > 0
                ? new XElement(
                    Command + "parameterValueGroup",
                    parameter.AcceptedValues.Select(value => new XElement(
                        Command + "parameterValue",
                        new XAttribute("required", false),
                        new XAttribute("variableLength", false),
                        value
                    ))
                )
                : null,
            new XElement(
                Command + "parameterValue",
                new XAttribute("required", !parameter.IsSwitch),
                new XAttribute("variableLength", parameter.Type.EndsWith("[]", StringComparison.Ordinal)),
                parameter.ShortType
            ),
            Type(parameter.Type),
            new XElement(Dev + "defaultValue", section.Default ?? parameter.Default ?? "None")
        );
    }

    // As in every syntax line: what may stand without a name, then what must be given.
    private static XElement SyntaxItem(string name, string? set, IEnumerable<(CmdletParameter Parameter, XElement Element)> described) =>
        new(
            Command + "syntaxItem",
            new XElement(Text + "name", name),
            described
                .Where(one => one.Parameter.Set is not { } own || own == set)
                .OrderBy(one => one.Parameter.Position ?? int.MaxValue)
                .ThenByDescending(one => one.Parameter.Required)
                .Select(one => InSyntax(one.Parameter, one.Element))
        );

    // A switch takes nothing after its name.
    private static XElement InSyntax(CmdletParameter parameter, XElement described)
    {
        var element = new XElement(described);
        if (parameter.IsSwitch)
            element.Element(Command + "parameterValue")!.Remove();
        return element;
    }

    private static string PipelineInput(CmdletParameter parameter)
    {
        string[] ways =
        [
            .. parameter.ByValue ? ["ByValue"] : Array.Empty<string>(),
            .. parameter.ByPropertyName ? ["ByPropertyName"] : Array.Empty<string>(),
        ];
        return ways.Length > 0 ? $"True ({string.Join(", ", ways)})" : "False";
    }

    private static XElement Example(HelpSection section, int index) =>
        new(
            Command + "example",
            new XElement(Text + "title", $"-------- Example {index + 1}: {section.Title} --------"),
            new XElement(Dev + "code", section.Code),
            new XElement(Dev + "remarks", Paragraphs([.. section.Text, ""]))
        );

    private static XElement Typed(string name, HelpSection section) => new(Command + name, Type(section.Title), Description(section.Text));

    // Get-Help -Online opens the first link that has a URI.
    private static XElement? Online(HelpPage page, string? folder) =>
        folder is null ? null : Link("Online version:", folder + Path.GetFileName(page.File));

    private static XElement Link(string text, string? uri = null) =>
        new(Text + "navigationLink", new XElement(Text + "linkText", text), new XElement(Text + "uri", uri));

    private static XElement Type(string name) => new(Dev + "type", new XElement(Text + "name", name), new XElement(Text + "uri"));

    private static XElement Description(IEnumerable<string> text) => new(Text + "description", Paragraphs(text));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> text) => text.Select(one => new XElement(Text + "para", one));
}
