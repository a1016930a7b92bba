using System.Text.Json;
using Mued.PsDb.Foundation;

namespace Mued.PsDb.Files;

/// <summary>
/// drizzle: <c>meta/_journal.json</c> names the files that run, in their order; as of version 1, a folder a migration with
/// <c>migration.sql</c> and <c>snapshot.json</c>. <c>--&gt; statement-breakpoint</c> is a comment. drizzle knows no way back:
/// <c>rollback_</c> before a name makes one, as in the plain layout.
/// </summary>
internal sealed class DrizzleLayout : ILayout
{
    private const string Up = "migration.sql";
    private const string Meta = "meta";
    private const string Journal = "meta/_journal.json";

    /// <inheritdoc/>
    public MigrationLayout Name => MigrationLayout.Drizzle;

    /// <summary>Whether a folder holds what drizzle writes beside a migration.</summary>
    public static bool HasSnapshot(FolderContents folder, string name) =>
        folder.FilesIn(name).Any(file => file.FileName == "snapshot.json");

    /// <inheritdoc/>
    public LayoutMark? Find(FolderContents folder) =>
        JournalOf(folder) is { } journal ? new(journal.Name)
        : FolderMigrations(folder).FirstOrDefault() is { File: { Excluded: false } file } ? new(file.Name)
        : null;

    /// <inheritdoc/>
    public IEnumerable<LayoutPart> Read(FolderContents folder)
    {
        if (JournalOf(folder) is not { } journal)
            return DirectoryParts.Read(folder, Name, Up);
        var entries = EntriesOf(journal);
        var tags = entries.ConvertAll(entry => entry.Tag);
        var named = folder.Files.Where(file => file.IsSql).GroupBy(file => file.BaseName, StringComparer.Ordinal).ToList();
        if (named.Find(group => group.Count() > 1) is { } same)
            throw Texts.Usage("MigrationNameDuplicate", same.First().FileName, same.Last().FileName);
        var files = named.ToDictionary(group => group.Key, group => group.Single(), StringComparer.Ordinal);
        if (tags.Find(tag => !files.ContainsKey(tag)) is { } missing)
            throw Texts.Usage("LayoutJournalMissing", journal.Path, missing + ".sql");
        var others = files.Values.ExceptBy(tags, file => file.BaseName).ToList();
        if (others.Where(file => file is { Excluded: false, AfterRollback: null }).Select(file => file.FileName).ToList() is [_, ..] strays)
            throw Texts.Usage("LayoutJournalStray", journal.Path, Figures.List(strays), tags.Count);

        var versions = VersionsOf(tags);
        return entries
            .Select(
                (entry, i) =>
                    new LayoutPart(entry.Tag, versions[i], files[entry.Tag])
                    {
                        Up = files[entry.Tag].Script(),
                        Beside = [Journal],
                        ListedTime = entry.When,
                    }
            )
            .Concat(others.Select(PlainLayout.Part));
    }

    /// <inheritdoc/>
    public IReadOnlyList<NewFile> Make(string version, string name) =>
        throw Texts.Usage("NewByTool", Name, $"npx drizzle-kit generate --custom --name {name}");

    private static FolderFile? JournalOf(FolderContents folder) =>
        folder.Folders.Contains(Meta) ? folder.FilesIn(Meta).FirstOrDefault(file => file is { Name: Journal, Excluded: false }) : null;

    private static IEnumerable<(string Folder, FolderFile File)> FolderMigrations(FolderContents folder) =>
        DirectoryParts.Holding(folder, Up).Where(item => HasSnapshot(folder, item.Folder));

    private static List<(string Tag, string? When)> EntriesOf(FolderFile journal)
    {
        try
        {
            using var document = JsonDocument.Parse(journal.Text);
            if (
                document.RootElement.TryGetProperty("dialect", out var dialect)
                && dialect.GetString() is { } name
                && name is not ("postgresql" or "pg")
            )
                throw Texts.Usage("LayoutDialect", journal.Path, name);
            return
            [
                .. document
                    .RootElement.GetProperty("entries")
                    .EnumerateArray()
                    .Select(entry =>
                        (
                            entry.GetProperty("tag").GetString() ?? throw new JsonException("A tag is null."),
                            entry.TryGetProperty("when", out var time) ? time.GetRawText() : null
                        )
                    ),
            ];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Texts.Error("LayoutJournalInvalid", ExitCode.Usage, e, journal.Path, e.Message);
        }
    }

    // The journal's order counts. Where the names' versions have another, or there are none, the place in the journal is the version.
    private static List<MigrationVersion> VersionsOf(List<string> tags)
    {
        var versions = tags.Select(MigrationVersion.OfName).ToList();
        var ascending = Enumerable
            .Range(0, versions.Count)
            .All(i => versions[i] is { } version && (i == 0 || version.CompareTo(versions[i - 1]!.Value) > 0));
        return ascending
            ? [.. versions.Select(version => version!.Value)]
            : [.. tags.Select((_, i) => MigrationVersion.Parse($"{i:0000}", Journal))];
    }
}
