namespace Mued.PsDb.Files;

/// <summary>A migration of the folder: its identity, and its script.</summary>
/// <param name="Name">The base name, which is the identity.</param>
/// <param name="Version">The version at the head of the name.</param>
/// <param name="Path">The full path.</param>
/// <param name="Script">The statements; null for an excluded file, which is not even read.</param>
internal sealed record MigrationFile(string Name, MigrationVersion Version, string Path, SqlScript? Script)
{
    /// <summary>The script of a file that takes part.</summary>
    public SqlScript Sql => Script ?? throw new InvalidOperationException($"{Name} is excluded and was not read.");

    /// <summary>Whether an exclude pattern left it out.</summary>
    public bool Excluded => Script is null;
}
