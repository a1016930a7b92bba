using System.Collections.Immutable;
using Mued.PsDb.Files;

namespace Mued.PsDb;

/// <summary>What <see cref="ConnectionTest"/> is asked to look at.</summary>
public sealed record ConnectionTestOptions
{
    /// <summary>The folder of the migrations that are to run; what they build on must be there.</summary>
    public string Path { get; init; } = BundledSql.Migrations;

    /// <summary>Why it is that folder, for people; null says nothing.</summary>
    public string? PathReason { get; init; }

    /// <summary>The convention of the folder; the default is the one that the folder shows.</summary>
    public MigrationLayout Layout { get; init; }

    /// <summary>What the placeholders of the files stand for, by name, where the layout has any.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Patterns of file names to leave out (<c>*</c> and <c>?</c>).</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>The tables that must exist; null for those that MUED Phase 2 builds on, where the folder holds it.</summary>
    public IReadOnlyList<RequiredTable>? RequiredTables { get; init; }

    /// <summary>Reads the folder; in which order it would run is not asked here.</summary>
    internal MigrationFolder ReadFolder() => MigrationFolder.Read(Path, Exclude, allowDuplicateVersion: true, Layout, Variables);
}
