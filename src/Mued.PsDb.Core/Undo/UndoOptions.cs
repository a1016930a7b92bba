using System.Collections.Immutable;
using Mued.PsDb.Files;

namespace Mued.PsDb;

/// <summary>What an undo is asked to do.</summary>
public sealed record UndoOptions : RunOptions
{
    /// <summary>The folder of the migrations and their rollback scripts.</summary>
    public required string Path { get; init; }

    /// <summary>Why it is that folder, for people; null says nothing.</summary>
    public string? PathReason { get; init; }

    /// <summary>The convention of the folder; the default is the one that the folder shows.</summary>
    public MigrationLayout Layout { get; init; }

    /// <summary>What the placeholders of the files stand for, by name, where the layout has any.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Patterns of file names to leave out (<c>*</c> and <c>?</c>).</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Takes back everything after this version; null takes back the newest unit alone.</summary>
    public string? Target { get; init; }

    /// <summary>The names of the migrations to take back, which must be the newest; null leaves it to <see cref="Target"/>.</summary>
    public IReadOnlyList<string>? Only { get; init; }

    /// <summary>
    /// The folder to make for the backup; it must not exist, or be empty. Null makes one under <see cref="BackupRoot"/>, named after
    /// database and time, when any row would be lost.
    /// </summary>
    public string? BackupPath { get; init; }

    /// <summary>Where the default backup folder is made; null is the process's current folder.</summary>
    public string? BackupRoot { get; init; }

    /// <summary>Destroys the rows without a copy.</summary>
    public bool NoBackup { get; init; }

    /// <summary>Goes on although CASCADE takes objects that the migrations did not make. It never skips the backup.</summary>
    public bool Force { get; init; }

    /// <summary>The history table as schema.table.</summary>
    public string HistoryTable { get; init; } = HistoryName.Default;
}
