using System.Text.RegularExpressions;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Files;

/// <summary>
/// Folders of tools whose migrations are more than SQL files in an order: to run a part of them, or to run them in another order, would be
/// worse than to run nothing. Each is refused by its own error, whose advice is the way to go.
/// </summary>
internal static partial class ForeignFolder
{
    // Enough of a file to hold the root element of a change log.
    private const int Beginning = 4096;
    private static readonly string[] ChangeLogEndings = [".xml", ".yaml", ".yml", ".json"];
    private static readonly string[] GrateFolders =
    [
        "runAfterCreateDatabase",
        "runBeforeUp",
        "runFirstAfterUp",
        "runAfterOtherAnyTimeScripts",
        "beforeMigration",
        "alterDatabase",
        "sprocs",
    ];

    /// <summary>Refuses migrations that are programs. A pattern may leave them out.</summary>
    public static void RejectCode(FolderContents folder)
    {
        if (folder.Files.FirstOrDefault(file => !file.Excluded && CodeName().IsMatch(file.Name)) is { } code)
            throw Texts.Usage("LayoutCode", code.Path);
        if (folder.Files.FirstOrDefault(file => file is { Excluded: false, Name: "env.py" or "script.py.mako" }) is { } alembic)
            throw Texts.Usage("LayoutCode", alembic.Path);
    }

    /// <summary>Refuses the folders of other tools.</summary>
    public static void Reject(FolderContents folder)
    {
        if (Named(folder, "atlas.sum") is { } atlas)
            throw Texts.Usage("LayoutAtlas", atlas.Path);
        if ((Named(folder, "sqitch.plan") ?? Named(folder, "sqitch.conf")) is { } sqitch)
            throw Texts.Usage("LayoutSqitch", sqitch.Path);
        if (folder.Files.FirstOrDefault(IsLiquibase) is { } liquibase)
            throw Texts.Usage("LayoutLiquibase", liquibase.Path);
        if (folder.Folders.FirstOrDefault(IsGrate) is { } grate)
            throw Texts.Usage("LayoutGrate", Path.Combine(folder.Path, grate));

        bool IsGrate(string name) =>
            GrateFolders.Contains(name, StringComparer.OrdinalIgnoreCase)
            || (name.Equals("up", StringComparison.OrdinalIgnoreCase) && folder.FilesIn(name).Any(file => file.IsSql));
    }

    private static FolderFile? Named(FolderContents folder, string name) =>
        folder.Files.FirstOrDefault(file => !file.Excluded && file.Name == name);

    private static bool IsLiquibase(FolderFile file)
    {
        if (file.Excluded)
            return false;
        if (file.IsSql)
            return FormattedSql().IsMatch(file.Text);
        return ChangeLogEndings.Any(ending => file.Name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            && ReadBeginning(file.Path).Contains("databaseChangeLog", StringComparison.Ordinal);
    }

    private static string ReadBeginning(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            var buffer = new char[Beginning];
            return new(buffer, 0, reader.ReadBlock(buffer));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Texts.Error("FileUnreadable", ExitCode.Usage, e, path, e.Message);
        }
    }

    [GeneratedRegex(@"^[VRU]?\d[^/]*\.(go|rb|py|[cm]?[jt]s|java|kt|cs|php|exs?)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CodeName();

    [GeneratedRegex(@"^\s*--\s*liquibase\s+formatted\s+sql", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex FormattedSql();
}
