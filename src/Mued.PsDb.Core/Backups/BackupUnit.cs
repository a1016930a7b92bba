namespace Mued.PsDb.Backups;

/// <summary>An undo unit, as a manifest records it.</summary>
/// <param name="Script">The rollback script's base name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Migrations">The migrations that it took back, newest first.</param>
internal sealed record BackupUnit(string Script, string Version, IReadOnlyList<string> Migrations);
