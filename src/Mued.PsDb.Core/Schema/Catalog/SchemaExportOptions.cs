using Mued.PsDb.Files;

namespace Mued.PsDb;

/// <summary>What <see cref="SchemaExport"/> puts into a snapshot.</summary>
public sealed record SchemaExportOptions
{
    /// <summary>Schemas to take whole; with no schemas, tables or template it is <c>public</c>.</summary>
    public IReadOnlyList<string> Schemas { get; init; } = [];

    /// <summary>
    /// Whether everything of the database is taken: all schemas but the server's own, and what is in no schema. It is not given together
    /// with <see cref="Schemas"/> or <see cref="Tables"/>.
    /// </summary>
    public bool WholeDatabase { get; init; }

    /// <summary>Whether owners are part of the expectation; null takes them with a whole database.</summary>
    public bool? IncludeOwners { get; init; }

    /// <summary>Whether privileges are part of the expectation; null takes them with a whole database.</summary>
    public bool? IncludePrivileges { get; init; }

    /// <summary>Whether the sizes of tables are noted, for <c>Test-MuedMigration</c> where it cannot ask the database.</summary>
    public bool IncludeSizes { get; init; }

    /// <summary>Tables to take, as schema.table, with what hangs on them.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>Tables whose rows are part of the expectation, with their key and their columns; all their rows are taken.</summary>
    public IReadOnlyList<SeedTable> Seeds { get; init; } = [];

    /// <summary>
    /// A snapshot file whose hand-written parts are kept: forbidden constraints and integrity rules, and, unless given here,
    /// scope and seed tables.
    /// </summary>
    public string? Template { get; init; }

    /// <summary>The history table of the migrations, which is never part of a snapshot.</summary>
    public string HistoryTable { get; init; } = HistoryName.Default;
}
