namespace Mued.PsDb.Backups;

/// <summary>The database that a backup was taken from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Target">Where it was reached, as user@host:port/database.</param>
/// <param name="SystemIdentifier">The identifier of its server's cluster (pg_control_system); null when the role may not read it.</param>
/// <param name="ServerVersion">The server's version.</param>
internal sealed record BackupOrigin(string Name, string Target, string? SystemIdentifier, string ServerVersion);
