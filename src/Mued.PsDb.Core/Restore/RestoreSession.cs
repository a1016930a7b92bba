using Mued.PsDb.Backups;
using Npgsql;

namespace Mued.PsDb.Restore;

/// <summary>What the loading of one table shares with that of all others.</summary>
/// <param name="Connection">The database, in the transaction of the restore.</param>
/// <param name="Backup">The backup.</param>
/// <param name="Deferred">The foreign keys that are checked at the end.</param>
/// <param name="Made">The rows that give way to the backup.</param>
/// <param name="OnConflict">What to do with rows of others.</param>
/// <param name="Progress">Told how many rows have gone by.</param>
internal sealed record RestoreSession(
    NpgsqlConnection Connection,
    Backup Backup,
    IReadOnlyList<RestoreTarget.Rule> Deferred,
    MadeRows Made,
    ConflictAction OnConflict,
    IProgress<RunProgress>? Progress
);
