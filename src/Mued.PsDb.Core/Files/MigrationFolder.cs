using System.Buffers;
using System.IO.Enumeration;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Files;

/// <summary>The files of a migrations folder, in the order in which they run.</summary>
/// <param name="Path">The full path of the folder.</param>
/// <param name="Files">The migrations, ordered by version, then by name.</param>
/// <param name="Rollbacks">The rollback scripts, ordered likewise.</param>
/// <param name="Ignored">Names of everything else that lies there.</param>
internal sealed record MigrationFolder(
    string Path,
    IReadOnlyList<MigrationFile> Files,
    IReadOnlyList<MigrationFile> Rollbacks,
    IReadOnlyList<string> Ignored
)
{
    private const string RollbackPrefix = "rollback_";
    private static readonly SearchValues<char> VersionCharacters = SearchValues.Create("0123456789.");

    /// <summary>Reads a folder. Every fault of it is found here, before anything is executed.</summary>
    /// <exception cref="MuedException">The folder is missing or empty, a name has no version, two files share a name or a version, or a
    /// file cannot be read as SQL.</exception>
    public static MigrationFolder Read(string path, IReadOnlyList<string> exclude, bool allowDuplicateVersion)
    {
        var bundled = BundledSql.FilesOf(path);
        var full = bundled is null ? System.IO.Path.GetFullPath(path) : path;
        if (bundled is null && !Directory.Exists(full))
            throw Texts.Usage(File.Exists(full) ? "MigrationFolderIsFile" : "MigrationFolderMissing", full);

        var (files, rollbacks, ignored) = (new List<MigrationFile>(), new List<MigrationFile>(), new List<string>());
        foreach (var file in bundled ?? Directory.EnumerateFiles(full))
        {
            var name = System.IO.Path.GetFileName(file);
            if (!name.EndsWith(".sql", StringComparison.OrdinalIgnoreCase))
                ignored.Add(name);
            else
                Place(file, name, exclude.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name)));
        }

        if (bundled is null)
            ignored.AddRange(Directory.EnumerateDirectories(full).Select(folder => System.IO.Path.GetFileName(folder) + "/"));

        if (files.Count == 0)
            throw Texts.Usage("MigrationFolderEmpty", full);
        Sort(files);
        Sort(rollbacks);
        ignored.Sort(StringComparer.Ordinal);
        RejectNamesakes([.. files, .. rollbacks]);
        if (!allowDuplicateVersion)
            RejectDuplicates(files, "MigrationVersionDuplicate");
        RejectDuplicates(rollbacks, "RollbackVersionDuplicate");
        return new(full, files, rollbacks, ignored);

        void Place(string file, string fileName, bool excluded)
        {
            var name = System.IO.Path.GetFileNameWithoutExtension(fileName);
            var rollback = name.StartsWith(RollbackPrefix, StringComparison.OrdinalIgnoreCase);
            var rest = rollback ? name.AsSpan(RollbackPrefix.Length) : name;
            if (excluded && rollback)
                return;
            if (!TryReadVersion(rest, out var version))
            {
                if (excluded)
                {
                    ignored.Add(fileName);
                    return;
                }

                throw Texts.Usage("MigrationVersionMissing", file);
            }

            (rollback ? rollbacks : files).Add(new(name, version, file, excluded ? null : ReadScript(file)));
        }
    }

    /// <summary>Reads one script from disk.</summary>
    public static SqlScript ReadScript(string path)
    {
        byte[] bytes;
        try
        {
            bytes = BundledSql.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Texts.Error("FileUnreadable", ExitCode.Usage, e, path, e.Message);
        }

        return SqlScript.Parse(SqlFile.Decode(bytes, path), path);
    }

    private static bool TryReadVersion(ReadOnlySpan<char> name, out MigrationVersion version)
    {
        var length = name.IndexOfAnyExcept(VersionCharacters);
        if (length < 0)
            length = name.Length;
        version = default;
        return (length == name.Length || name[length] is '_' or '-' or ' ')
            && MigrationVersion.TryParse(name[..length].ToString(), out version);
    }

    private static void Sort(List<MigrationFile> files) =>
        files.Sort((a, b) => a.Version.CompareTo(b.Version) is not 0 and var order ? order : string.CompareOrdinal(a.Name, b.Name));

    // On a file system that tells cases apart, .sql and .SQL make two files of one base name, of which the history knows one.
    private static void RejectNamesakes(List<MigrationFile> files)
    {
        for (var i = 1; i < files.Count; i++)
        {
            if (files[i].Name == files[i - 1].Name && !files[i].Excluded)
                throw Texts.Usage(
                    "MigrationNameDuplicate",
                    System.IO.Path.GetFileName(files[i - 1].Path),
                    System.IO.Path.GetFileName(files[i].Path)
                );
        }
    }

    private static void RejectDuplicates(List<MigrationFile> files, string errorId)
    {
        var rest = files.FindAll(file => !file.Excluded);
        for (var i = 1; i < rest.Count; i++)
        {
            if (rest[i].Version == rest[i - 1].Version)
                throw Texts.Usage(
                    errorId,
                    rest[i].Version,
                    System.IO.Path.GetFileName(rest[i - 1].Path),
                    System.IO.Path.GetFileName(rest[i].Path)
                );
        }
    }
}
