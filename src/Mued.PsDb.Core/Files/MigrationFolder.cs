using System.Collections.Immutable;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Files;

/// <summary>The files of a migrations folder, in the order in which they run.</summary>
/// <param name="Path">The full path of the folder.</param>
/// <param name="Files">The migrations, ordered by version, then by name; behind them the repeatable ones, by name.</param>
/// <param name="Rollbacks">The scripts that take back, ordered likewise. None of them is read before an undo needs it.</param>
/// <param name="Ignored">Names of everything else that lies there.</param>
internal sealed record MigrationFolder(
    string Path,
    IReadOnlyList<MigrationFile> Files,
    IReadOnlyList<MigrationFile> Rollbacks,
    IReadOnlyList<string> Ignored
)
{
    /// <summary>The convention that the folder was read by.</summary>
    public MigrationLayout Layout { get; init; } = MigrationLayout.Plain;

    /// <summary>Why it is that one; null for the bundled SQL.</summary>
    public string? LayoutReason { get; init; }

    /// <summary>The files that hold nothing but what takes back.</summary>
    public IReadOnlyList<string> RollbackFiles =>
        [
            .. Rollbacks
                .Select(script => script.Path)
                .Except(Files.Select(file => file.Path), StringComparer.Ordinal)
                .Select(path => System.IO.Path.GetFileName(path)),
        ];

    /// <summary>Whether a script of the folder takes a migration back.</summary>
    public bool HasUndo(MigrationFile file) =>
        Rollbacks.Any(script => script.Undoes == file.Name || (script.Undoes is null && script.Version.CompareTo(file.Version) == 0));

    /// <summary>Reads a folder. Every fault of what may run is found here, before anything is executed.</summary>
    /// <exception cref="MuedException">The folder is missing or empty, its convention is not certain or one that cannot be followed, a name
    /// has no version, two files share a name or a version, or a file cannot be read as SQL.</exception>
    public static MigrationFolder Read(
        string path,
        IReadOnlyList<string> exclude,
        bool allowDuplicateVersion,
        MigrationLayout layout = MigrationLayout.Auto,
        IReadOnlyDictionary<string, string>? variables = null
    )
    {
        var contents = new FolderContents(path, exclude, variables ?? ImmutableDictionary<string, string>.Empty);
        FolderContents.Load(contents.Included.Where(file => !file.TakesBack));
        var choice = LayoutChoice.Of(contents, layout);
        var parts = choice.Layout.Read(contents).ToList();

        var (files, rollbacks, ignored) = (new List<MigrationFile>(), new List<MigrationFile>(), new List<string>());
        foreach (var part in parts)
            Place(part);
        if (files.Count == 0)
            throw Texts.Usage("MigrationFolderEmpty", contents.Path);
        Parse(files);
        choice.RejectOtherWay(contents, parts);
        var repeatables = files.Where(file => file.Repeatable).OrderBy(file => file.Name, StringComparer.Ordinal).ToList();
        files.RemoveAll(file => file.Repeatable);
        Sort(files);
        Sort(rollbacks);
        RejectNamesakes([.. files, .. repeatables, .. rollbacks.Where(script => script.Undoes is null)]);
        RejectUncertain(files);
        if (!allowDuplicateVersion)
            RejectDuplicates(files, "MigrationVersionDuplicate");
        RejectDuplicates(rollbacks.FindAll(script => script.Undoes is null), "RollbackVersionDuplicate");
        ignored.AddRange(Unclaimed(contents, parts));
        ignored.Sort(StringComparer.Ordinal);
        return new(contents.Path, [.. files, .. repeatables], rollbacks, ignored)
        {
            Layout = choice.Layout.Name,
            LayoutReason = contents.Bundled ? null : choice.Reason,
        };

        void Place(LayoutPart part)
        {
            var excluded = part.File.Excluded;
            if (excluded && part.Up is null && part.Down is not null)
                return;
            if (part.Version is not { } version)
            {
                if (!excluded)
                    throw Texts.Usage("MigrationVersionMissing", part.File.Path);
                ignored.Add(part.File.Name);
                return;
            }

            if (part.Up is not null || excluded)
                files.Add(new(part.Name, version, part.File.Path, excluded ? null : part.Up) { ListedTime = part.ListedTime });
            if (part.Down is not null && !excluded)
                rollbacks.Add(Rollback(part, version));
        }
    }

    /// <summary>Reads one script from disk.</summary>
    public static SqlScript ReadScript(string path) => SqlScript.Parse(FolderFile.ReadText(path), path);

    private static MigrationFile Rollback(LayoutPart part, MigrationVersion version) =>
        part.Up is null
            ? new(part.Name, version, part.File.Path, part.Down)
            : new(part.Name + ".down", version, (part.DownFile ?? part.File).Path, part.Down) { Undoes = part.Name };

    // All at once, for a folder may hold thousands; the first fault in the order of the names is the one that is told.
    private static void Parse(List<MigrationFile> files)
    {
        var faults = files.AsParallel().AsOrdered().Select(Fault).ToList();
        if (faults.Find(fault => fault is not null) is { } first)
            throw first;

        static MuedException? Fault(MigrationFile file)
        {
            try
            {
                _ = file.Script;
                return null;
            }
            catch (MuedException e)
            {
                return e;
            }
        }
    }

    private static IEnumerable<string> Unclaimed(FolderContents contents, List<LayoutPart> parts)
    {
        var claimed = parts
            .SelectMany(part => part.Beside.Append(part.File.Name).Append(part.DownFile?.Name ?? part.File.Name))
            .ToHashSet(StringComparer.Ordinal);
        var folders = claimed.Where(name => name.Contains('/', StringComparison.Ordinal)).Select(name => name.Split('/')[0]).ToHashSet();
        return
        [
            .. contents.Files.Select(file => file.Name).Where(name => !claimed.Contains(name)),
            .. contents.Folders.Where(name => !folders.Contains(name)).Select(name => name + "/"),
        ];
    }

    private static void Sort(List<MigrationFile> files) =>
        files.Sort((a, b) => a.Version.CompareTo(b.Version) is not 0 and var order ? order : string.CompareOrdinal(a.Name, b.Name));

    // On a file system that tells cases apart, .sql and .SQL make two files of one base name, of which the history knows one.
    private static void RejectNamesakes(List<MigrationFile> files)
    {
        var same = files
            .Where(file => !file.Excluded)
            .GroupBy(file => file.Name, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Count() > 1);
        if (same is not null)
            throw Texts.Usage(
                "MigrationNameDuplicate",
                System.IO.Path.GetFileName(same.First().Path),
                System.IO.Path.GetFileName(same.Last().Path)
            );
    }

    private static void RejectUncertain(List<MigrationFile> files)
    {
        var rest = files.FindAll(file => !file.Excluded);
        for (var i = 1; i < rest.Count; i++)
        {
            if (rest[i].Version.HasNoOrderWith(rest[i - 1].Version))
                throw Texts.Usage(
                    "MigrationOrderUncertain",
                    System.IO.Path.GetFileName(rest[i - 1].Path),
                    System.IO.Path.GetFileName(rest[i].Path)
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
