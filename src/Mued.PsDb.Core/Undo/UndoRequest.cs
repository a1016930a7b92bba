using Mued.PsDb.Files;
using Mued.PsDb.Inspection;

namespace Mued.PsDb.Undo;

/// <summary>What an undo is made of, whatever the try.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Folder">The migrations and their rollback scripts.</param>
/// <param name="History">The history table.</param>
/// <param name="Confirmed">The plan that a person has agreed to; null when nobody was asked.</param>
internal sealed record UndoRequest(UndoOptions Options, MigrationFolder Folder, HistoryTable History, UndoPlan? Confirmed)
{
    /// <summary>The folder that was named for the backup: in the question, or by the caller.</summary>
    public string? NamedBackup => Confirmed?.BackupPath ?? Options.BackupPath;

    /// <summary>The files of the migrations to take back, oldest first; null when one is missing or cannot run in a transaction.</summary>
    public IReadOnlyList<MigrationFile>? MigrationsToRemake(IReadOnlyList<PlannedUnit> units)
    {
        var recorded = units.SelectMany(unit => unit.Rows).Select(row => row.Migration).ToHashSet(StringComparer.Ordinal);
        var oldest = units[^1].Script.Version;
        var files = Folder
            .Files.Where(file => recorded.Count > 0 ? recorded.Contains(file.Name) : file.Version.CompareTo(oldest) >= 0)
            .ToList();
        return files.Count >= recorded.Count && files.TrueForAll(file => file.Sql.Mode == ScriptMode.Transactional) ? files : null;
    }
}
