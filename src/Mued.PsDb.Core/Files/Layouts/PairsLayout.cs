using Mued.PsDb.Foundation;

namespace Mued.PsDb.Files;

/// <summary>
/// A file a way: <c>0001_x.up.sql</c>, or <c>0001_x.sql</c> where no file ends so, and <c>0001_x.down.sql</c>. golang-migrate, sqlx and river
/// mean the same by it; sqlx's <c>-- no-transaction</c> at the beginning of a file is kept.
/// </summary>
internal sealed class PairsLayout : ILayout
{
    private const string NoTransaction = "-- no-transaction";
    private static readonly string[] Hyphens = ["_", "-"];

    private enum Way
    {
        Neither,
        Up,
        Down,
    }

    /// <inheritdoc/>
    public MigrationLayout Name => MigrationLayout.Pairs;

    /// <inheritdoc/>
    public LayoutMark? Find(FolderContents folder)
    {
        var names = NamesOf(folder);
        return folder
            .Included.Where(file => WayOf(file, names).Way != Way.Neither)
            .Select(file => new LayoutMark(file.Name))
            .FirstOrDefault();
    }

    /// <inheritdoc/>
    public IEnumerable<LayoutPart> Read(FolderContents folder)
    {
        var names = NamesOf(folder);
        var files = folder.Files.Where(file => file.IsSql).ToLookup(file => WayOf(file, names).Way);
        var marked = files[Way.Up].Any();
        if (marked && files[Way.Neither].FirstOrDefault(file => !file.Excluded) is { } stray)
            throw Texts.Usage("LayoutPairStray", stray.Path);

        var downs = new Dictionary<string, FolderFile>(StringComparer.Ordinal);
        foreach (var down in files[Way.Down].Where(down => !downs.TryAdd(WayOf(down, names).Stem, down)))
            throw Texts.Usage("RollbackVersionDuplicate", WayOf(down, names).Stem, downs[WayOf(down, names).Stem].FileName, down.FileName);
        foreach (var up in files[Way.Up].Concat(marked ? [] : files[Way.Neither]))
        {
            var stem = WayOf(up, names).Stem;
            downs.Remove(stem, out var down);
            yield return new(stem, MigrationVersion.OfName(stem), up)
            {
                Up = Script(up),
                Down = down is { Excluded: false } ? Script(down) : null,
                DownFile = down,
            };
        }

        if (downs.Values.FirstOrDefault(down => !down.Excluded) is { } lone)
            throw Texts.Usage("LayoutPairIncomplete", lone.Path);
    }

    /// <inheritdoc/>
    public string FirstNumber => "000001";

    /// <inheritdoc/>
    public IReadOnlyList<NewFile> Make(string version, string name)
    {
        var stem = $"{version}_{name}";
        return [NewFile.Up(stem, $"{stem}.up.sql"), NewFile.Down(stem, $"{stem}.down.sql")];
    }

    /// <summary>The files that take back by their names, whatever convention was asked for.</summary>
    public static HashSet<FolderFile> DownsOf(FolderContents folder)
    {
        var names = NamesOf(folder);
        return [.. folder.Files.Where(file => file.IsSql && WayOf(file, names).Way == Way.Down)];
    }

    private static Lazy<SqlScript> Script(FolderFile file) =>
        new(() => SqlScript.Parse(file.Text, file.Path, file.Text.StartsWith(NoTransaction, StringComparison.Ordinal)));

    private static HashSet<string> NamesOf(FolderContents folder) =>
        folder.Files.Where(file => file.IsSql).Select(file => file.BaseName.ToUpperInvariant()).ToHashSet(StringComparer.Ordinal);

    // slow_down is a fine name for a migration: without a dot it is a way only where the other one lies beside it.
    private static (Way Way, string Stem) WayOf(FolderFile file, HashSet<string> names)
    {
        var name = file.BaseName;
        if (EndsWith(name, ".up"))
            return (Way.Up, name[..^".up".Length]);
        if (file.HasDownEnding)
            return (Way.Down, name[..name.LastIndexOf('.')]);
        foreach (var hyphen in Hyphens)
        {
            if (EndsWith(name, hyphen + "up") && names.Contains((name[..^2] + "down").ToUpperInvariant()))
                return (Way.Up, name[..^3]);
            if (EndsWith(name, hyphen + "down") && names.Contains((name[..^4] + "up").ToUpperInvariant()))
                return (Way.Down, name[..^5]);
        }

        return (Way.Neither, name);
    }

    private static bool EndsWith(string name, string ending) => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase);
}
