namespace Mued.PsDb.Foundation;

/// <summary>The folder of a file that is to be written.</summary>
internal static class FileFolder
{
    /// <summary>Makes it where it is missing: whoever names a file in it wants the folder too.</summary>
    /// <param name="file">The path of the file.</param>
    public static void Make(string file)
    {
        var full = Path.GetFullPath(file);
        Directory.CreateDirectory(Path.GetDirectoryName(full) ?? full);
    }
}
