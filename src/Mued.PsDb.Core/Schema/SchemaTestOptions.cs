namespace Mued.PsDb;

/// <summary>What <see cref="SchemaTest"/> is asked to do.</summary>
public sealed record SchemaTestOptions
{
    /// <summary>The file with the expected schema; null takes the bundled one of Phase 2, unless <see cref="Path"/> is given.</summary>
    public string? SchemaFile { get; init; }

    /// <summary>Whether unexpected objects and another order of columns fail the whole instead of warning.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether the rows are tested too: orphans, polymorphic references, duplicates, ranges; and counted.</summary>
    public bool IncludeData { get; init; }
}
