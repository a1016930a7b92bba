using Mued.PsDb.Foundation;

namespace Mued.PsDb.Files;

/// <summary>What the conventions share that keep a folder a migration.</summary>
internal static class DirectoryParts
{
    private const string Down = "down.sql";

    /// <summary>The folders that hold a file of this name.</summary>
    public static IEnumerable<(string Folder, FolderFile File)> Holding(FolderContents folder, string fileName) =>
        from name in folder.Folders
        where name[0] != '.'
        let file = folder.FilesIn(name).FirstOrDefault(file => file.FileName == fileName)
        where file is not null
        select (name, file);

    /// <summary>The migrations: the folder's name is the identity, <c>down.sql</c> in it takes back.</summary>
    /// <param name="folder">The folder of the folders.</param>
    /// <param name="layout">The convention.</param>
    /// <param name="upName">The name of the file that applies.</param>
    /// <param name="isOutside">Whether what applies runs outside a transaction, by the files of the folder.</param>
    /// <exception cref="MuedException">A file lies beside the folders that looks like a migration.</exception>
    public static IEnumerable<LayoutPart> Read(
        FolderContents folder,
        MigrationLayout layout,
        string upName,
        Func<IReadOnlyList<FolderFile>, bool>? isOutside = null
    )
    {
        if (folder.Included.FirstOrDefault(file => !file.TakesBack && MigrationVersion.OfName(file.BaseName) is not null) is { } stray)
            throw Texts.Usage("LayoutStray", stray.Path, layout);
        foreach (var (name, up) in Holding(folder, upName))
        {
            var files = folder.FilesIn(name);
            var down = files.FirstOrDefault(file => file.FileName == Down);
            yield return new(name, MigrationVersion.OfName(name), up)
            {
                Up = new(() => SqlScript.Parse(up.Text, up.Path, isOutside?.Invoke(files) ?? false)),
                Down = down is { Excluded: false } ? down.Script() : null,
                DownFile = down,
            };
        }
    }
}
