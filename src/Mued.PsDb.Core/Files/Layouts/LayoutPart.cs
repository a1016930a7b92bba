namespace Mued.PsDb.Files;

/// <summary>A migration as its convention writes it: what applies it, and what takes it back.</summary>
/// <param name="Name">The identity, which the history keeps.</param>
/// <param name="Version">The version; null when the name has none.</param>
/// <param name="File">The file that is run, or, of a script that only takes back, that one.</param>
internal sealed record LayoutPart(string Name, MigrationVersion? Version, FolderFile File)
{
    /// <summary>What applies it; null for a script that only takes back.</summary>
    public Lazy<SqlScript>? Up { get; init; }

    /// <summary>What takes it back; null when nothing does.</summary>
    public Lazy<SqlScript>? Down { get; init; }

    /// <summary>The time that a list beside the files gives it, as it is written there; null where none does.</summary>
    public string? ListedTime { get; init; }

    /// <summary>Names of other files that say how it runs.</summary>
    public IReadOnlyList<string> Beside { get; init; } = [];

    /// <summary>The file of <see cref="Down"/>, where it has one of its own.</summary>
    public FolderFile? DownFile { get; init; }
}
