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
}
