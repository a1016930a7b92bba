using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Mued.PsDb.Loader;

/// <summary>
/// Loads the module's assemblies apart from those of the session, so that another module may hold another version of Npgsql.
/// What the module's folder does not hold (the base class library, System.Management.Automation) comes from the session.
/// </summary>
/// <remarks>
/// PowerShell resolves an assembly once a process. The contexts are kept by folder, so that a newer module imported
/// into the same process gets its own assemblies even though this one, the loader, stays the first that was loaded.
/// </remarks>
public sealed class ModuleLoadContext : AssemblyLoadContext
{
    private const string Cmdlets = "Mued.PsDb";

    private static readonly ConcurrentDictionary<string, ModuleLoadContext> Contexts = new(StringComparer.Ordinal);

    private readonly string folder;

    /// <summary>
    /// The helper class of the format file. A script finds a type of another load context only through an object;
    /// this is that object. Null before the first module is loaded.
    /// </summary>
    public static Type? View { get; private set; }

    private ModuleLoadContext(string folder)
        : base(Path.GetFileName(folder), isCollectible: false) => this.folder = Fitting(folder);

    /// <summary>Loads the cmdlets of a module folder, once a folder.</summary>
    /// <param name="folder">The full path of the folder that holds <c>Mued.PsDb.dll</c> and its dependencies.</param>
    /// <returns>The cmdlets' assembly, for <c>Import-Module -Assembly</c>.</returns>
    public static Assembly LoadModule(string folder)
    {
        var context = Contexts.GetOrAdd(Path.GetFullPath(folder), path => new ModuleLoadContext(path));
        var cmdlets = context.LoadFromAssemblyName(new AssemblyName(Cmdlets));
        View = cmdlets.GetType("Mued.PsDb.Commands.View", throwOnError: true);
        return cmdlets;
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        ArgumentNullException.ThrowIfNull(assemblyName);
        var own = typeof(ModuleLoadContext).Assembly;
        if (assemblyName.Name == own.GetName().Name)
            return own;

        var file = Path.Combine(folder, assemblyName.Name + ".dll");
        return File.Exists(file) ? LoadFromAssemblyPath(file) : null;
    }

    /// <summary>
    /// The subfolder for this runtime and platform, as <c>net10.0/linux-x64</c>, where the module has one: the same assemblies, compiled
    /// ahead of time. A runtime ignores such code when it was made for another major version.
    /// </summary>
    private static string Fitting(string folder)
    {
        var system =
            OperatingSystem.IsWindows() ? "win"
            : OperatingSystem.IsMacOS() ? "osx"
            : "linux";
        var fitting = Path.Combine(
            folder,
            $"net{Environment.Version.Major}.0",
            $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}"
        );

        // A folder may be left without its files where a module was put in another's place.
        return File.Exists(Path.Combine(fitting, Cmdlets + ".dll")) ? fitting : folder;
    }
}
