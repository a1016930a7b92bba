namespace Mued.PsDb;

/// <summary>A migration of an import.</summary>
/// <param name="Version">The version as the file name writes it.</param>
/// <param name="Name">The name, which is the identity.</param>
/// <param name="Status">What was made of it.</param>
public sealed record ImportedMigration(string Version, string Name, ImportStatus Status)
{
    /// <summary>The file's full path.</summary>
    public string? File { get; init; }

    /// <summary>When the other tool applied it, where that keeps it.</summary>
    public DateTimeOffset? AppliedAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Status})";
}
