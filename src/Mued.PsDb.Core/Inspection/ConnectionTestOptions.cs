using Mued.PsDb.Phase2;

namespace Mued.PsDb;

/// <summary>What <see cref="ConnectionTest"/> is asked to look at.</summary>
public sealed record ConnectionTestOptions
{
    /// <summary>The tables that must exist; those that MUED Phase 2 builds on, unless others are given.</summary>
    public IReadOnlyList<RequiredTable> RequiredTables { get; init; } = Phase2Set.RequiredTables;
}
