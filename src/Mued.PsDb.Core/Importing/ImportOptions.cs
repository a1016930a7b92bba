using System.Collections.Immutable;
using Mued.PsDb.Files;

namespace Mued.PsDb;

/// <summary>What <see cref="HistoryImport"/> is asked to do.</summary>
public sealed record ImportOptions : RunOptions
{
    /// <summary>The folder of the migrations.</summary>
    public required string Path { get; init; }

    /// <summary>Why it is that folder, for people; null says nothing.</summary>
    public string? PathReason { get; init; }

    /// <summary>The convention of the folder; the default is the one that the folder shows.</summary>
    public MigrationLayout Layout { get; init; }

    /// <summary>What the placeholders of the files stand for, by name, where the layout has any.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Patterns of file names to leave out.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Whether several files may have one version.</summary>
    public bool AllowDuplicateVersion { get; init; }

    /// <summary>Our history table as schema.table.</summary>
    public string HistoryTable { get; init; } = HistoryName.Default;

    /// <summary>Reads the folder.</summary>
    internal MigrationFolder ReadFolder() => MigrationFolder.Read(Path, Exclude, AllowDuplicateVersion, Layout, Variables);
}
