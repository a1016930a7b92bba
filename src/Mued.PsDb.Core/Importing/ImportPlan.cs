using Mued.PsDb.Files;
using Mued.PsDb.Foundation;
using Mued.PsDb.Inspection;

namespace Mued.PsDb.Importing;

/// <summary>What an import writes: the folder held against another tool's history and ours. Pure.</summary>
/// <param name="Items">Every migration of the folder, in order, with what is to become of it.</param>
/// <param name="Missing">What the other history has, and the folder has not.</param>
internal sealed record ImportPlan(
    IReadOnlyList<(MigrationFile File, ForeignEntry? Entry, ImportStatus Status)> Items,
    IReadOnlyList<string> Missing
)
{
    /// <summary>Plans an import.</summary>
    /// <exception cref="MuedException">A migration failed there, a file is not the one that was applied, or none of them is of this folder
    /// (exit code 2).</exception>
    public static ImportPlan Build(MigrationFolder folder, ForeignHistory foreign, IReadOnlyList<HistoryRow> history)
    {
        var (tool, table) = (foreign.Tool, foreign.Table);
        if (foreign.Entries.Where(entry => entry.State == ForeignState.Failed).Select(entry => entry.Key).ToList() is { Count: > 0 } failed)
            throw Texts.Usage("ImportFailedEntry", tool.Name, table, Figures.List(failed));
        var recorded = new RecordedFiles(folder.Files, history);
        var items = folder.Files.Where(file => !file.Excluded).Select(file => (file, Entry: foreign.EntryOf(file))).ToList();
        var known = items.Select(item => item.Entry).OfType<ForeignEntry>().ToHashSet();
        if (known.Count == 0)
            throw Texts.Usage("ImportNothing", tool.Name, table, folder.Path);
        var shared = items
            .Where(item => item.Entry is { State: ForeignState.Applied })
            .GroupBy(item => item.Entry!)
            .FirstOrDefault(files => files.Count() > 1);
        if (shared is not null)
            throw Texts.Usage(
                "ImportEntryShared",
                tool.Name,
                shared.Key.Key,
                Figures.List([.. shared.Select(item => Path.GetFileName(item.file.Path))])
            );
        var changed = items.FindAll(item => item.Entry is { State: ForeignState.Applied } entry && Differs(tool, item.file, entry));
        if (changed.FindAll(item => !item.file.Repeatable) is { Count: > 0 } wrong)
            throw Texts.Usage("ImportChecksum", tool.Name, Figures.List([.. wrong.Select(item => Path.GetFileName(item.file.Path))]));
        return new(
            [
                .. items.Select(item =>
                    (
                        item.file,
                        item.Entry,
                        recorded.RowOf(item.file) is not null ? ImportStatus.Recorded
                        : item.Entry is null || changed.Contains(item) ? ImportStatus.Pending
                        : ImportStatus.Imported
                    )
                ),
            ],
            [.. foreign.Entries.Where(entry => !known.Contains(entry)).Select(entry => entry.Key)]
        );
    }

    private static bool Differs(HistoryTool tool, MigrationFile file, ForeignEntry entry) =>
        entry.Checksum is { } theirs && !tool.Matches(theirs, file);
}
