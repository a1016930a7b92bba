using Mued.PsDb.Files;

namespace Mued.PsDb.Inspection;

/// <summary>
/// Which row of the history is of which file: the one of its name, or else the one of the same version and SQL whose name no file has any
/// more. Such a file was renamed. Where several could be meant, none is.
/// </summary>
internal sealed class RecordedFiles
{
    private readonly Dictionary<string, HistoryRow> rows;
    private readonly Dictionary<string, string> names;

    /// <param name="files">The migrations of the folder.</param>
    /// <param name="history">The live rows of the history.</param>
    public RecordedFiles(IReadOnlyList<MigrationFile> files, IReadOnlyList<HistoryRow> history)
    {
        rows = history.ToDictionary(row => row.Migration, StringComparer.Ordinal);
        var present = files.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        var lost = history.Where(row => !present.Contains(row.Migration) && row.Kind != HistoryTable.RepeatableKind).ToLookup(KeyOf);
        var found = files.Where(file => lost.Count > 0 && !file.Excluded && !file.Repeatable && !rows.ContainsKey(file.Name)).ToList();
        foreach (var same in found.GroupBy(file => (file.Version, file.Sql.SqlChecksum)))
        {
            if (same.ToList() is [var file] && lost[same.Key].ToList() is [var row])
                rows[file.Name] = row;
        }

        names = files
            .Where(file => rows.ContainsKey(file.Name))
            .ToDictionary(file => rows[file.Name].Migration, file => file.Name, StringComparer.Ordinal);
    }

    /// <summary>The row of a file; null where it has none. Where it is of another name, the file was renamed.</summary>
    public HistoryRow? RowOf(MigrationFile file) => rows.GetValueOrDefault(file.Name);

    /// <summary>Whether a row is of one of the files.</summary>
    public bool Has(HistoryRow row) => names.ContainsKey(row.Migration);

    /// <summary>The name of a migration today: that of its file, where there is one.</summary>
    public string NameOf(HistoryRow row) => names.GetValueOrDefault(row.Migration, row.Migration);

    private static (MigrationVersion Version, string Checksum) KeyOf(HistoryRow row) =>
        (MigrationVersion.TryParse(row.Version, out var version) ? version : MigrationVersion.None, row.SqlChecksum);
}
