using System.IO.Enumeration;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Files;

/// <summary>What lies in a folder, by name: on the disk, or bundled. No file is opened before its text is asked for.</summary>
internal sealed class FolderContents
{
    // A link may lead back to a folder above it.
    private const int Deepest = 10;

    private readonly IReadOnlyList<string> exclude;
    private readonly Dictionary<string, IReadOnlyList<FolderFile>> below = new(StringComparer.Ordinal);

    /// <summary>Lists a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="exclude">Patterns of the names to leave out.</param>
    /// <param name="variables">What placeholders stand for.</param>
    /// <exception cref="MuedException">There is no such folder.</exception>
    public FolderContents(string path, IReadOnlyList<string> exclude, IReadOnlyDictionary<string, string> variables)
    {
        (this.exclude, Variables) = (exclude, variables);
        if (BundledSql.FilesOf(path) is { } bundled)
        {
            (Path, Folders, Bundled) = (path, [], true);
            Files = [.. bundled.Select(file => Describe(System.IO.Path.GetFileName(file), file))];
            return;
        }

        Path = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(Path))
            throw Texts.Usage(File.Exists(Path) ? "MigrationFolderIsFile" : "MigrationFolderMissing", Path);
        Files = Listed(Path, 0);
        Folders =
        [
            .. Directory.EnumerateDirectories(Path).Select(folder => System.IO.Path.GetFileName(folder)).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>Whether it is a part of the product and not of the disk.</summary>
    public bool Bundled { get; }

    /// <summary>What placeholders stand for, by name.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; }

    /// <summary>The files in the folder itself, by name.</summary>
    public IReadOnlyList<FolderFile> Files { get; }

    /// <summary>The names of the folders in it.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>The SQL files in the folder itself that no pattern leaves out.</summary>
    public IEnumerable<FolderFile> Included => Files.Where(file => file.IsSql && !file.Excluded);

    /// <summary>The files in a folder of it.</summary>
    public IReadOnlyList<FolderFile> FilesIn(string folder)
    {
        if (!below.TryGetValue(folder, out var files))
            below.Add(folder, files = Listed(System.IO.Path.Combine(Path, folder), 0));
        return files;
    }

    /// <summary>The files in the folder and in all folders below it.</summary>
    public IEnumerable<FolderFile> Everything => Bundled ? Files : Listed(Path, Deepest);

    /// <summary>Reads the texts of many files at once; what cannot be read is told when it is asked for.</summary>
    public static void Load(IEnumerable<FolderFile> files) =>
        Parallel.ForEach(
            files,
            file =>
            {
                try
                {
                    _ = file.Text;
                }
                catch (MuedException)
                {
                    // The same error comes again from where the text is needed, in the order of the files.
                }
            }
        );

    // What may not be read may hold a migration.
    private FolderFile[] Listed(string folder, int depth)
    {
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = depth > 0,
            MaxRecursionDepth = depth,
            IgnoreInaccessible = false,
            AttributesToSkip = depth > 0 ? FileAttributes.Hidden | FileAttributes.System : FileAttributes.None,
        };
        try
        {
            return
            [
                .. Directory
                    .EnumerateFiles(folder, "*", options)
                    .Select(file => Describe(System.IO.Path.GetRelativePath(Path, file).Replace('\\', '/'), file))
                    .OrderBy(file => file.Name, StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            if (folder != Path && exclude.Any(pattern => Matches(pattern, System.IO.Path.GetFileName(folder))))
                return [];
            throw Texts.Error("FolderUnreadable", ExitCode.Usage, e, folder, e.Message);
        }
    }

    // A pattern may be one of a file's place in the folder, of its name, or of a folder that it lies in.
    private FolderFile Describe(string name, string path) =>
        new(name, path, exclude.Any(pattern => Matches(pattern, name) || name.Split('/').Any(part => Matches(pattern, part))));

    private static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name);
}
