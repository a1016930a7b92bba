namespace Mued.PsDb.Files;

/// <summary>A migration of the folder, or a script that takes one back: its identity, and its script.</summary>
/// <param name="Name">The name, which is the identity.</param>
/// <param name="Version">The version in the name.</param>
/// <param name="Path">The full path.</param>
/// <param name="Reading">The statements, read when they are asked for; null for an excluded file, which is not even opened.</param>
internal sealed record MigrationFile(string Name, MigrationVersion Version, string Path, Lazy<SqlScript>? Reading)
{
    /// <summary>A file that has been read.</summary>
    public MigrationFile(string name, MigrationVersion version, string path, SqlScript? script)
        : this(name, version, path, script is null ? null : new Lazy<SqlScript>(script)) { }

    /// <summary>
    /// Of a script that takes back, the one migration that it is for; null when it covers its version and those behind it that have
    /// none of their own.
    /// </summary>
    public string? Undoes { get; init; }

    /// <summary>The time that a list beside the files gives it, as it is written there; null where none does.</summary>
    public string? ListedTime { get; init; }

    /// <summary>Whether it runs again whenever its SQL has changed, behind those that have versions.</summary>
    public bool Repeatable => Version.IsNone;

    /// <summary>The statements; null for an excluded file.</summary>
    public SqlScript? Script => Reading?.Value;

    /// <summary>The script of a file that takes part.</summary>
    public SqlScript Sql => Script ?? throw new InvalidOperationException($"{Name} is excluded and was not read.");

    /// <summary>Whether an exclude pattern left it out.</summary>
    public bool Excluded => Reading is null;
}
