using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Mued.PsDb.Tests;

/// <summary>The texts for people: every name that the code asks for is there, and every text is asked for.</summary>
public partial class TextsTests
{
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

    private static List<string> Names(string project) =>
        [.. XDocument.Load(Sources(project, "Texts.resx").Single()).Descendants("data").Select(text => (string)text.Attribute("name")!)];

    private static IEnumerable<string> Sources(string project, string pattern) =>
        Directory
            .EnumerateFiles(Path.GetFullPath($"../../../../src/{project}", Here()), pattern, SearchOption.AllDirectories)
            .Where(file => !Built().IsMatch(file));

    private static string Here([CallerFilePath] string file = "") => file;

    [GeneratedRegex(@"Texts\.(?:Get|Find|Error|Usage|UsageAt)\(\s*""([^""]+)""")]
    private static partial Regex Asked();

    [GeneratedRegex(@"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")]
    private static partial Regex Word();

    [GeneratedRegex(@"[. ]?--|[. ]")]
    private static partial Regex Parts();

    [GeneratedRegex(@"[/\\](?:obj|bin)[/\\]")]
    private static partial Regex Built();
}
