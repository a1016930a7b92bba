using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Mued.PsDb.Tests;

/// <summary>The engine's rooms: what a file uses lies in its own room or in one below, and no two files need each other.</summary>
public class RoomTests
{
    private static readonly string[] GroundUp =
    [
        "Foundation",
        "Sql",
        "Connections",
        "Files",
        "Schema/Snapshots",
        "Schema/Catalog",
        "Schema/Comparison",
        "Phase2",
        "Runs",
        "Projects",
        "Fleet",
        "Inspection",
        "Tracing",
        "Importing",
        "Migrations",
        "Backups",
        "Undo",
        "Restore",
        "Sandbox",
        "Verification",
        "Safety",
        "Baselines",
        "Plans",
        "Metrics",
        "Plugins",
        "Health",
        "Reporting",
    ];

    private const string ImplicitUsings =
        "using System; using System.Collections.Generic; using System.IO; using System.Linq; using System.Threading; using System.Threading.Tasks; ";

    private static readonly List<SyntaxTree> Files = ReadFiles();
    private static readonly Lazy<List<Use>> Uses = new(FindUses);

    [Fact]
    public void What_is_public_is_in_the_one_namespace_and_what_is_internal_in_that_of_its_room()
    {
        var strays =
            from tree in Files
            let space = tree.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().Single()
            from type in space.Members
            let room = RoomOf(tree.FilePath)
            let home = type.Modifiers.Any(SyntaxKind.PublicKeyword) ? "Mued.PsDb" : $"Mued.PsDb.{room.Split('/')[0]}"
            where !GroundUp.Contains(room) || space.Name.ToString() != home
            select $"{tree.FilePath} lies in {room} and is in namespace {space.Name} instead of {home}";
        AssertNone(strays);
    }

    [Fact]
    public void A_room_uses_only_those_below_it()
    {
        var upwards = Uses.Value.Where(use => FloorOf(use.Declared) > FloorOf(use.File));
        AssertNone(upwards.Select(use => $"{use.File} uses {use.Type}, which lies above it in {RoomOf(use.Declared)}"));
    }

    [Fact]
    public void No_files_need_each_other()
    {
        var below = Uses
            .Value.Select(use => (File: WholeOf(use.File), Declared: WholeOf(use.Declared)))
            .Where(use => use.File != use.Declared)
            .ToLookup(use => use.File, use => use.Declared);
        var files = below.Select(group => group.Key).ToList();
        var reach = files.ToDictionary(file => file, file => Reach(file, below));
        var rings = files.Select(file =>
            string.Join(" <-> ", reach[file].Where(other => reach.GetValueOrDefault(other)?.Contains(file) == true).Order())
        );
        AssertNone(rings.Where(ring => ring.Length > 0));
    }

    private static void AssertNone(IEnumerable<string> faults)
    {
        var lines = faults.Distinct().Order().ToList();
        Assert.True(lines.Count == 0, string.Join('\n', lines));
    }

    private static HashSet<string> Reach(string file, ILookup<string, string> below)
    {
        var (reached, left) = (new HashSet<string>(), new Stack<string>(below[file]));
        while (left.TryPop(out var next))
        {
            if (reached.Add(next))
            {
                foreach (var further in below[next])
                    left.Push(further);
            }
        }

        return reached;
    }

    private static int FloorOf(string file) => Array.IndexOf(GroundUp, RoomOf(file));

    private static string RoomOf(string file) =>
        GroundUp.FirstOrDefault(room => file.StartsWith(room + "/", StringComparison.Ordinal)) ?? "no room";

    // The files of a partial type are one: Reporting/Documents/X.Part.cs goes with Reporting/X.cs.
    private static string WholeOf(string file) => $"{RoomOf(file)}/{Path.GetFileName(file).Split('.')[0]}";

    private static List<SyntaxTree> ReadFiles([CallerFilePath] string here = "")
    {
        var root = Path.GetFullPath("../../src/Mued.PsDb.Core", Path.GetDirectoryName(here)!);
        var files =
            from path in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            let name = Path.GetRelativePath(root, path).Replace('\\', '/')
            where !name.StartsWith("obj", StringComparison.Ordinal) && !name.StartsWith("bin", StringComparison.Ordinal)
            select CSharpSyntaxTree.ParseText(ImplicitUsings + File.ReadAllText(path), path: name);
        return [.. files];
    }

    private static List<Use> FindUses()
    {
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("Mued.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("Rooms", Files, platform);
        return [.. Files.AsParallel().SelectMany(file => UsesOf(file, compilation.GetSemanticModel(file))).Distinct()];
    }

    private static IEnumerable<Use> UsesOf(SyntaxTree tree, SemanticModel model) =>
        from node in tree.GetRoot().DescendantNodes()
        where node is SimpleNameSyntax or BaseObjectCreationExpressionSyntax
        let symbol = model.GetSymbolInfo(node).Symbol
        let type = symbol as INamedTypeSymbol ?? symbol?.ContainingType
        where type is not null
        from place in type.OriginalDefinition.DeclaringSyntaxReferences
        where place.SyntaxTree != tree
        select new Use(tree.FilePath, type.Name, place.SyntaxTree.FilePath);

    private sealed record Use(string File, string Type, string Declared);
}
