using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Mued.PsDb.Tests;

/// <summary>What the staged module's assemblies need, held against what .NET 8, the runtime of PowerShell 7.4, brings.</summary>
public sealed class ModuleAssemblyTests
{
    // The session's own, whatever its version: the module compiles against the standard's reference assembly.
    private const string Session = "System.Management.Automation";

    [Fact]
    public void Every_reference_is_in_NET_8_or_in_the_module()
    {
        var shipped = Directory
            .EnumerateFiles(Repository.PathOf("output/Mued.PsDb"), "*.dll")
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), References, StringComparer.Ordinal);
        Assert.Contains("Mued.PsDb.Core", shipped.Keys);
        var had = Framework();
        Assert.Equal(new(8, 0, 0, 0), had["System.Runtime"]);
        foreach (var (name, (version, _)) in shipped)
            had[name] = version;

        var lacking =
            from assembly in shipped
            from reference in assembly.Value.References
            where reference.Name != Session && !(had.GetValueOrDefault(reference.Name!) >= reference.Version)
            select $"{assembly.Key} references {reference.Name} {reference.Version}";
        Assert.Empty(lacking);
    }

    /// <summary>The assemblies of .NET 8, by the list of the pack that the module is compiled against.</summary>
    private static Dictionary<string, Version> Framework()
    {
        using var list = typeof(ModuleAssemblyTests).Assembly.GetManifestResourceStream("FrameworkList.xml")!;
        return XDocument
            .Load(list)
            .Descendants("File")
            .Where(file => (string?)file.Attribute("Type") == "Managed")
            .ToDictionary(
                file => (string)file.Attribute("AssemblyName")!,
                file => Version.Parse((string)file.Attribute("AssemblyVersion")!),
                StringComparer.Ordinal
            );
    }

    private static (Version Version, IReadOnlyList<AssemblyName> References) References(string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        var metadata = image.GetMetadataReader();
        return (
            metadata.GetAssemblyDefinition().Version,
            [.. metadata.AssemblyReferences.Select(handle => metadata.GetAssemblyReference(handle).GetAssemblyName())]
        );
    }
}
