using System.Globalization;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Files;

/// <summary>diesel: a folder a migration, with <c>up.sql</c>, <c>down.sql</c>, and <c>run_in_transaction = false</c> in metadata.toml.</summary>
internal sealed class DieselLayout : ILayout
{
    private const string Up = "up.sql";

    /// <inheritdoc/>
    public MigrationLayout Name => MigrationLayout.Diesel;

    /// <inheritdoc/>
    public LayoutMark? Find(FolderContents folder) =>
        DirectoryParts
            .Holding(folder, Up)
            .Where(item => !item.File.Excluded)
            .Select(item => new LayoutMark(item.File.Name))
            .FirstOrDefault();

    /// <inheritdoc/>
    public IEnumerable<LayoutPart> Read(FolderContents folder)
    {
        if (
            DirectoryParts.Holding(folder, "down.sql").Where(item => !folder.FilesIn(item.Folder).Any(file => file.FileName == Up)).ToList()
            is [var (_, lone), ..]
        )
            throw Texts.Usage("LayoutPairIncomplete", lone.Path);
        return DirectoryParts.Read(folder, Name, Up, IsOutside);
    }

    /// <inheritdoc/>
    public string Time(DateTimeOffset now) => now.ToString("yyyy-MM-dd-HHmmss", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public IReadOnlyList<NewFile> Make(string version, string name)
    {
        var stem = $"{version}_{name}";
        return [NewFile.Up(stem, $"{stem}/up.sql"), NewFile.Down(stem, $"{stem}/down.sql")];
    }

    private static bool IsOutside(IReadOnlyList<FolderFile> files)
    {
        if (files.FirstOrDefault(file => file.FileName == "metadata.toml") is not { } file)
            return false;
        var outside = false;
        foreach (var line in new TextLines(file.Text))
        {
            var text = line.Text.ToString().Split('#')[0].Replace(" ", "", StringComparison.Ordinal).Trim();
            if (text.Length == 0)
                continue;
            outside = text switch
            {
                "run_in_transaction=false" => true,
                "run_in_transaction=true" => false,
                _ => throw Texts.UsageAt(
                    "LayoutSettingUnknown",
                    file.Path,
                    line.Number,
                    1,
                    line.Text.Trim().ToString(),
                    MigrationLayout.Diesel
                ),
            };
        }

        return outside;
    }
}
