using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Mued.PsDb.Tests;

/// <summary>The texts for people: every name that the code asks for is there, and every text is asked for.</summary>
public partial class TextsTests
{
    private static readonly string[] Projects = ["Mued.PsDb.Core", "Mued.PsDb", "Mued.PsDb.Cli"];
    private static readonly HashSet<string> Engine = [.. Names("Mued.PsDb.Core")];

    [Theory]
    [InlineData("Mued.PsDb.Core")]
    [InlineData("Mued.PsDb")]
    [InlineData("Mued.PsDb.Cli")]
    public void Names_in_code_and_in_the_resources_agree(string project)
    {
        var names = Names(project);
        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());

        // The cmdlets raise errors of the engine. A name that ends in a dot is put together at run time.
        var code = string.Concat(Sources(project, "*.cs").Select(File.ReadAllText));
        var asked = Asked().Matches(code).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(asked);
        var unknown =
            from name in asked
            where
                !names.Union(Engine).Any(known => known == name || (name.EndsWith('.') && known.StartsWith(name, StringComparison.Ordinal)))
            select name;
        Assert.Equal([], unknown);

        // Of a name that is put together, each part stands somewhere in the code; the parser brings two options of its own.
        var users = project == "Mued.PsDb.Core" ? string.Concat(Sources("", "*.cs").Select(File.ReadAllText)) : code;
        var words = Word().Matches(users).Select(match => match.Value).Concat(["help", "version"]).ToHashSet();
        var unused = names.Where(name => !Parts().Split(name).All(part => part is "" or "Advice" or "Columns" || words.Contains(part)));
        Assert.Equal([], unused);
    }

    [Theory]
    [InlineData("Mued.PsDb.Core")]
    [InlineData("Mued.PsDb")]
    [InlineData("Mued.PsDb.Cli")]
    public void Every_placeholder_of_a_text_is_given_a_value(string project)
    {
        var texts = Resources(project).ToDictionary(text => (string)text.Attribute("name")!, text => (string)text.Element("value")!);
        var calls = Sources(project, "*.cs")
            .SelectMany(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantNodes())
            .OfType<InvocationExpressionSyntax>()
            .Where(call =>
                call is { Expression: MemberAccessExpressionSyntax, ArgumentList.Arguments: [{ Expression: LiteralExpressionSyntax }, ..] }
            )
            .Select(call => (Function: (MemberAccessExpressionSyntax)call.Expression, call.ArgumentList.Arguments, Text: $"{call}"))
            .Where(call => $"{call.Function.Expression}".Trim() == "Texts")
            .Select(call => (Method: $"{call.Function.Name}", call.Arguments, call.Text))
            .ToList();
        var lacking =
            from call in calls
            let name = ((LiteralExpressionSyntax)call.Arguments[0].Expression).Token.ValueText
            let values = call.Method switch
            {
                "Get" or "Usage" or "UsageAt" => call.Arguments.Count - 1,
                "Error" when project == "Mued.PsDb.Cli" => call.Arguments.Count - 2,
                "Error" => call.Arguments.Count - (Place().IsMatch($"{call.Arguments[2]}") ? 4 : 3),
                _ => int.MaxValue,
            }
            from text in (string[])[name, name + ".Advice"]
            where texts.ContainsKey(text) && (text == name || call.Method != "Get")
            where Placeholder().Matches(texts[text]).Any(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) >= values)
            select call.Text;
        Assert.Contains(calls, call => call.Method == "Get");
        Assert.Equal([], lacking);
    }

    [Fact]
    public void A_text_that_counts_one_does_not_say_many()
    {
        var texts = Projects.SelectMany(Resources).Select(text => (string)text.Element("value")!).ToList();
        var code = string.Concat(Sources("", "*.cs").Select(File.ReadAllText));
        var counted = Counted().Matches(string.Concat(texts) + code).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.Superset(new HashSet<string> { "row", "statement", "check", "database" }, counted);

        // What stands behind a number and is counted anywhere is counted here too; the views put their numbers together in PowerShell.
        var many = new Regex($@"(?:\{{\d+(?::N0)?\}}|\)) (?:more )?(?:{string.Join('|', counted.Select(Regex.Escape))})e?s\b");
        var views = File.ReadAllLines(Path.GetFullPath("../../../../module/views.xml", Here()));
        Assert.Equal([], texts.Concat(views).Where(text => many.IsMatch(text)));
    }

    private static List<string> Names(string project) => [.. Resources(project).Select(text => (string)text.Attribute("name")!)];

    private static IEnumerable<XElement> Resources(string project) =>
        XDocument.Load(Sources(project, "Texts.resx").Single()).Descendants("data");

    private static IEnumerable<string> Sources(string project, string pattern) =>
        Directory
            .EnumerateFiles(Path.GetFullPath($"../../../../src/{project}", Here()), pattern, SearchOption.AllDirectories)
            .Where(file => !Built().IsMatch(file));

    private static string Here([CallerFilePath] string file = "") => file;

    [GeneratedRegex(@"Texts\.(?:Get|Find|Error|Usage|UsageAt)\(\s*""([^""]+)""")]
    private static partial Regex Asked();

    [GeneratedRegex(@"(?:\{\d+:count |Figures\.Count\([^""]*"")([a-z ]+)")]
    private static partial Regex Counted();

    [GeneratedRegex(@"^(place$|new ErrorPlace\(|new\()")]
    private static partial Regex Place();

    [GeneratedRegex(@"\{(\d+)")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")]
    private static partial Regex Word();

    [GeneratedRegex(@"[. ]?--|[. ]")]
    private static partial Regex Parts();

    [GeneratedRegex(@"[/\\](?:obj|bin)[/\\]")]
    private static partial Regex Built();
}
