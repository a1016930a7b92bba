namespace Mued.PsDb.Tests;

/// <summary>Files of the checked-out repository.</summary>
internal static class Repository
{
    /// <summary>The folder with Mued.PsDb.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The full path of a file or folder of the repository.</summary>
    public static string PathOf(string relative) => Path.Combine(Root, relative);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Mued.PsDb.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests must run from inside of the repository.");
        return folder.FullName;
    }
}
