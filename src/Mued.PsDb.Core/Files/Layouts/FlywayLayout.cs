using System.Text.RegularExpressions;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Files;

/// <summary>
/// Flyway and Evolve: <c>V1_2__name.sql</c> applies version 1.2, <c>U1_2__name.sql</c> takes it back, <c>R__name.sql</c> runs behind them
/// whenever it has changed; in folders of any depth. <c>${name}</c> is filled in, also in comments. Outside a transaction runs what the file
/// <c>V1__name.sql.conf</c> beside it says so of, or <c>evolve-tx-off</c> in its first line.
/// </summary>
internal sealed partial class FlywayLayout : ILayout
{
    private const string ConfigurationEnding = ".conf";

    /// <inheritdoc/>
    public MigrationLayout Name => MigrationLayout.Flyway;

    /// <inheritdoc/>
    public bool HasPlaceholders => true;

    /// <inheritdoc/>
    public LayoutMark? Find(FolderContents folder) =>
        folder
            .Files.Concat(folder.Folders.SelectMany(folder.FilesIn))
            .Where(file => file is { IsSql: true, Excluded: false } && FileName().IsMatch(file.BaseName))
            .Select(file => new LayoutMark(file.Name))
            .FirstOrDefault();

    /// <inheritdoc/>
    public IEnumerable<LayoutPart> Read(FolderContents folder)
    {
        var files = folder.Everything.ToList();
        var settings = files
            .Where(file => !file.Excluded && file.Name.EndsWith(".sql" + ConfigurationEnding, StringComparison.OrdinalIgnoreCase))
            .ToLookup(file => file.Name[..^ConfigurationEnding.Length], StringComparer.Ordinal);
        var undos = new Dictionary<MigrationVersion, FolderFile>();
        var (versioned, repeatable) = (new List<(MigrationVersion Version, FolderFile File)>(), new List<FolderFile>());
        foreach (var file in files.Where(file => file.IsSql))
        {
            if (FileName().Match(file.BaseName) is not { Success: true } name)
                RejectStray(file);
            else if (name.Groups["repeatable"].Success)
                repeatable.Add(file);
            else if (MigrationVersion.TryParse(name.Groups["version"].Value.Replace('_', '.'), out var version))
                Add(file, name.Groups["way"].Value, version);
        }

        foreach (var (version, file) in versioned)
        {
            undos.Remove(version, out var undo);
            yield return new(file.BaseName, version, file)
            {
                Up = Script(file),
                Down = undo is null ? null : Script(undo),
                DownFile = undo,
                Beside = BesideOf(file),
            };
        }

        foreach (var file in repeatable)
            yield return new(file.BaseName, MigrationVersion.None, file) { Up = Script(file), Beside = BesideOf(file) };
        if (undos.Values.FirstOrDefault() is { } lone)
            throw Texts.Usage("LayoutPairIncomplete", lone.Path);

        void Add(FolderFile file, string way, MigrationVersion version)
        {
            if (way == "B")
                RejectUnsupported(file);
            else if (way == "V")
                versioned.Add((version, file));
            else if (!file.Excluded && !undos.TryAdd(version, file))
                throw Texts.Usage("RollbackVersionDuplicate", version, undos[version].FileName, file.FileName);
        }

        IReadOnlyList<string> BesideOf(FolderFile file) => [.. settings[file.Name].Select(own => own.Name)];

        Lazy<SqlScript> Script(FolderFile file) =>
            new(() =>
            {
                var (outside, fills) = settings[file.Name].FirstOrDefault() is { } own ? ReadSettings(own) : (false, true);
                var text = fills ? Placeholders.Fill(file.Text, file.Path, folder.Variables) : file.Text;
                return SqlScript.Parse(text, file.Path, outside || ReadFirstLine(file));
            });
    }

    /// <inheritdoc/>
    public string FirstNumber => "1";

    /// <inheritdoc/>
    public IReadOnlyList<NewFile> Make(string version, string name)
    {
        var stem = $"V{version}__{name}";
        return [NewFile.Up(stem, $"{stem}.sql"), NewFile.Down(stem, $"U{version}__{name}.sql")];
    }

    private static void RejectStray(FolderFile file)
    {
        if (file.Excluded)
            return;
        if (CallbackName().IsMatch(file.BaseName))
            RejectUnsupported(file);
        else if (AlmostName().IsMatch(file.BaseName))
            throw Texts.Usage("LayoutFlywayStray", file.Path);
    }

    private static void RejectUnsupported(FolderFile file)
    {
        if (!file.Excluded)
            throw Texts.Usage("LayoutFlywayUnsupported", file.Path);
    }

    private static (bool Outside, bool Fills) ReadSettings(FolderFile file)
    {
        var (outside, fills) = (false, true);
        foreach (var line in new TextLines(file.Text))
        {
            var text = line.Text.Trim();
            if (text.IsEmpty || text[0] is '#' or '!')
                continue;
            var setting = text.ToString().Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant().Split('=', 2);
            switch (setting)
            {
                case ["EXECUTEINTRANSACTION", "TRUE" or "FALSE"]:
                    outside = setting[1] == "FALSE";
                    break;
                case ["PLACEHOLDERREPLACEMENT", "TRUE" or "FALSE"]:
                    fills = setting[1] == "TRUE";
                    break;
                case ["ENCODING", "UTF-8" or "UTF8"]:
                    break;
                default:
                    throw Texts.UsageAt("LayoutSettingUnknown", file.Path, line.Number, 1, text.ToString(), MigrationLayout.Flyway);
            }
        }

        return (outside, fills);
    }

    // Evolve looks for its words anywhere in the first line.
    private static bool ReadFirstLine(FolderFile file)
    {
        foreach (var line in new TextLines(file.Text))
        {
            if (line.Text.Contains("evolve-repeat-always", StringComparison.OrdinalIgnoreCase))
                throw Texts.UsageAt("LayoutMarkerUnknown", file.Path, 1, 1, line.Text.Trim().ToString(), MigrationLayout.Flyway);
            return line.Text.Contains("evolve-tx-off", StringComparison.OrdinalIgnoreCase);
        }

        return false;
    }

    [GeneratedRegex(@"^(?:(?<way>[VUB])(?<version>\d+(?:[._]\d+)*)|(?<repeatable>R))__", RegexOptions.CultureInvariant)]
    private static partial Regex FileName();

    // What Flyway would not run, or not as it is meant: v1__x, V1_x, 0001_x.
    [GeneratedRegex(@"^(?:[VUB]?\d|R_)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AlmostName();

    [GeneratedRegex("^(?:before|after|create)[A-Z]", RegexOptions.CultureInvariant)]
    private static partial Regex CallbackName();
}
