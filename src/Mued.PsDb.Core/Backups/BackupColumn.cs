namespace Mued.PsDb.Backups;

/// <summary>A column of a backup file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type with modifiers, schema-qualified where it is not the server's own.</param>
internal sealed record BackupColumn(string Name, string Type);
