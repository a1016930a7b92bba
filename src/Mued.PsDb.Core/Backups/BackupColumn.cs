namespace Mued.PsDb.Backups;

/// <summary>A column of a backup file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type with modifiers, schema-qualified where it is not the server's own.</param>
/// <param name="Parts">What the type is made of, to its depth; null where it is the server's own, and in format 1.</param>
internal sealed record BackupColumn(string Name, string Type, IReadOnlyList<TypePart>? Parts = null);
