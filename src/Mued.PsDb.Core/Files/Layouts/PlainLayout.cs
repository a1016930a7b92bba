namespace Mued.PsDb.Files;

/// <summary>
/// A file a migration, the version at the head of its name; <c>rollback_</c> before it makes a script that takes back this version and
/// those behind it that have none of their own. It is what a folder is that shows nothing else.
/// </summary>
internal sealed class PlainLayout : ILayout
{
    /// <inheritdoc/>
    public MigrationLayout Name => MigrationLayout.Plain;

    /// <inheritdoc/>
    public LayoutMark? Find(FolderContents folder) => null;

    /// <inheritdoc/>
    public IEnumerable<LayoutPart> Read(FolderContents folder) => folder.Files.Where(file => file.IsSql).Select(Part);

    /// <inheritdoc/>
    public string FirstNumber => "0001";

    /// <inheritdoc/>
    public IReadOnlyList<NewFile> Make(string version, string name)
    {
        var stem = $"{version}_{name}";
        return [NewFile.Up(stem, $"{stem}.sql"), NewFile.Down(stem, $"rollback_{stem}.sql")];
    }

    /// <summary>What a file is by its name.</summary>
    public static LayoutPart Part(FolderFile file) =>
        file.AfterRollback is { } name
            ? new(file.BaseName, MigrationVersion.OfName(name), file) { Down = file.Script() }
            : new(file.BaseName, MigrationVersion.OfName(file.BaseName), file) { Up = file.Script() };
}
